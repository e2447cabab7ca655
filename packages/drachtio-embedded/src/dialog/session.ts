import {
  carriesSession,
  exchange,
  header,
  noOffer,
  offerConflict,
  type SessionTerms,
  type Side,
  type SipMessage,
  type SipRequest,
  type SipResponse,
  termsOf,
} from '@ringback/sip';
import type { SessionTimer } from './session-timer.ts';

/** Our side of the session as it was described last. */
export interface LocalDescription {
  contentType: string;
  body: Uint8Array;
}

const REFRESHES = new Set(['INVITE', 'UPDATE']);

/** Longer ones are not kept; the session is then refreshed by UPDATE, which needs none. */
const MAX_DESCRIPTION_BYTES = 16_384;

/** What a dialog is about: who owes whom an answer, what our side described last, and how long it lasts. */
export class Session {
  /** Undefined until a timer was agreed on. */
  timer: SessionTimer | undefined;
  #exchange = noOffer;
  #local: LocalDescription | undefined;

  /** How an offer of the peer has to be refused at this moment, if it has to be. */
  get conflict(): 491 | 500 | undefined {
    return offerConflict(this.#exchange);
  }

  get local(): LocalDescription | undefined {
    return this.#local;
  }

  /**
   * A message that was sent or received; a response comes with the request it answers. Returns what a 2xx agreed on when
   * there is no timer to tell it to.
   */
  note(side: Side, message: SipMessage, request?: SipRequest): SessionTerms {
    this.#exchange = exchange(this.#exchange, side, message);
    if (message.kind === 'request') {
      // What an INVITE or UPDATE of ours offers holds once it is answered; an ACK or PRACK has the last word.
      if (side === 'us' && !REFRESHES.has(message.method)) this.#remember(message);
      return undefined;
    }
    if (message.status >= 300 || !request) return undefined;
    if (side === 'us') this.#remember(message);
    if (message.status < 200) return undefined;
    if (side === 'them') this.#remember(request);
    return REFRESHES.has(request.method) ? this.#agree(side, message, request) : undefined;
  }

  #agree(side: Side, response: SipResponse, request: SipRequest): SessionTerms {
    const terms = termsOf(response, request, side === 'us' ? 'them' : 'us', this.timer?.terms);
    if (!this.timer) return terms;
    this.timer.agree(terms);
    return undefined;
  }

  #remember(message: SipMessage): void {
    if (!carriesSession(message)) return;
    const contentType = header(message, 'Content-Type') ?? '';
    // A copy: the body is a view of everything that was read together with it.
    const kept = { contentType, body: new Uint8Array(message.body) };
    this.#local = message.body.length > MAX_DESCRIPTION_BYTES ? undefined : kept;
  }
}
