import { headers, parseAuth, type SipMessage } from '@ringback/sip';
import type { Clock } from '../clock.ts';

const LIMIT = 1000;
/** The nonce of a challenge is not worth more; a person may have to be asked for the password. */
const LIFETIME_MS = 60_000;

/** Which target of a serial search asked for credentials: the request that brings them has to go there again. */
export class RetryTargets {
  readonly #targets = new Map<string, { target: string; untilMs: number }>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  remember(challenge: SipMessage, target: string): void {
    for (const key of noncesOf(challenge, ['WWW-Authenticate', 'Proxy-Authenticate'])) {
      this.#targets.delete(key);
      this.#targets.set(key, { target, untilMs: this.#clock.nowMs() + LIFETIME_MS });
    }
    for (const key of this.#targets.keys()) {
      if (this.#targets.size <= LIMIT) break;
      this.#targets.delete(key);
    }
  }

  /** The target, once; undefined when the request answers no challenge that went through here. */
  take(request: SipMessage): string | undefined {
    for (const key of noncesOf(request, ['Authorization', 'Proxy-Authorization'])) {
      const known = this.#targets.get(key);
      this.#targets.delete(key);
      if (known && known.untilMs > this.#clock.nowMs()) return known.target;
    }
    return undefined;
  }
}

function noncesOf(message: SipMessage, names: readonly string[]): string[] {
  return names
    .flatMap((name) => headers(message, name))
    .flatMap((value) => {
      const params = parseAuth(value)?.params;
      const nonce = params?.get('nonce');
      return nonce === undefined ? [] : [`${params?.get('realm') ?? ''}\n${nonce}`];
    });
}
