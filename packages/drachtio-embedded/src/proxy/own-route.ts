import { createHmac, randomBytes } from 'node:crypto';
import { equalInConstantTime, formatUri, parseUri } from '@ringback/sip';
import type { Flow } from '../transport/flow.ts';
import { contactUri } from '../transport/listeners.ts';
import { flowName } from '../transport/stream-table.ts';

/** What a Route value of ours says. */
export interface OwnRoute {
  /** Name of the flow that leads to the peer it faces; undefined when its Contact does. */
  readonly flow: string | undefined;
}

/**
 * The Record-Route values of this server. The user part is a flow token (RFC 5626 5.1), signed together with the Call-ID:
 * a request that carries one is of a call we forwarded, and nobody can make us a relay by inventing one.
 */
export class OwnRoutes {
  readonly #key = randomBytes(32);

  /** The value that faces the peer of `flow`. With `pinned` it leads back over this very flow. */
  value(callId: string, flow: Flow, pinned: boolean): string {
    const name = pinned ? flowName(flow) : '';
    const token = pinned ? `.${Buffer.from(name).toString('base64url')}` : '';
    const uri = parseUri(contactUri(flow))!;
    const params = new Map([...uri.params, ['lr', '']]);
    return `<${formatUri({ ...uri, user: `${this.#sign(callId, name)}${token}`, params })}>`;
  }

  /** Undefined when the URI is none of ours, or of another call. */
  read(callId: string, uriText: string): OwnRoute | undefined {
    const [signature = '', token = ''] = (parseUri(uriText)?.user ?? '').split('.');
    const name = Buffer.from(token, 'base64url').toString();
    if (!equalInConstantTime(signature, this.#sign(callId, name))) return undefined;
    return { flow: name === '' ? undefined : name };
  }

  #sign(callId: string, name: string): string {
    return createHmac('sha256', this.#key).update(`${callId}\n${name}`).digest('base64url').slice(0, 16);
  }
}
