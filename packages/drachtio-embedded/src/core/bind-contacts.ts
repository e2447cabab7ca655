import {
  header,
  headers,
  type NameAddr,
  parseNameAddr,
  parseSeconds,
  parseUri,
  type SipMessage,
  type SipRequest,
  type SipResponse,
  sameUri,
} from '@ringback/sip';
import type { ClientFlow } from '../flow-table.ts';
import type { ServerTransaction } from '../transaction/server-transaction.ts';
import type { Flow } from '../transport/flow.ts';
import type { Core } from './core.ts';
import { flowKey } from './next-hop.ts';

const DEFAULT_EXPIRES_SEC = 3600;

/**
 * Remembers the connection of a client whose REGISTER or SUBSCRIBE was granted: that is how it is called and notified,
 * since nobody can connect to a browser or through a NAT.
 */
export function bindContacts(core: Core, transaction: ServerTransaction, response: SipResponse): void {
  const { request, flow } = transaction;
  if (!flow.reliable) return;
  if (request.method === 'REGISTER') bindRegistered(core, request, response, flow);
  if (request.method === 'SUBSCRIBE') bindSubscribed(core, request, response, flow);
}

/** A client that unsubscribes, or that only names another's contact, takes no registration away. */
function bindSubscribed(core: Core, request: SipRequest, response: SipResponse, flow: Flow): void {
  const contact = header(request, 'Contact') ?? '';
  const uri = parseUri(parseNameAddr(contact)?.uri ?? '');
  const expiresSec = parseSeconds(header(response, 'Expires') ?? '') ?? DEFAULT_EXPIRES_SEC;
  if (uri) core.flows.extend(flowKey(uri), flow, expiresSec);
}

function bindRegistered(core: Core, request: SipRequest, response: SipResponse, flow: Flow): void {
  for (const value of headers(request, 'Contact')) {
    // RFC 3261 10.2.2: the client takes all its registrations back.
    if (value === '*') core.flows.removeFlow(flow);
    const contact = parseNameAddr(value);
    const uri = parseUri(contact?.uri ?? '');
    if (!contact || !uri) continue;
    core.flows.set(
      flowKey(uri),
      flow,
      lifetimeSec(request, response, contact.uri),
      clientFlow(request, contact),
    );
  }
}

/** RFC 5626 4.1: a client that names itself is known again, whatever its Contact is by then. */
function clientFlow(request: SipRequest, { params }: NameAddr): ClientFlow | undefined {
  const instance = params.get('+sip.instance');
  if (!instance) return undefined;
  const addressOfRecord = parseNameAddr(header(request, 'To') ?? '')?.uri ?? '';
  return { client: `${addressOfRecord} ${instance}`, regId: params.get('reg-id') ?? '' };
}

/** RFC 3261 10.3: what the registrar granted counts, then what was asked for. */
function lifetimeSec(request: SipMessage, response: SipResponse, uri: string): number {
  const granted = headers(response, 'Contact')
    .map(parseNameAddr)
    .find((contact) => contact && sameUri(contact.uri, uri));
  const asked = headers(request, 'Contact')
    .map(parseNameAddr)
    .find((contact) => contact?.uri === uri);
  const texts = [
    granted?.params.get('expires'),
    header(response, 'Expires'),
    asked?.params.get('expires'),
    header(request, 'Expires'),
  ];
  const text = texts.find((candidate) => candidate !== undefined);
  return text === undefined ? DEFAULT_EXPIRES_SEC : (parseSeconds(text) ?? DEFAULT_EXPIRES_SEC);
}
