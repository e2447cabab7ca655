import {
  header,
  headers,
  type NameAddr,
  parseNameAddr,
  parseSeconds,
  parseUri,
  type SipRequest,
  type SipResponse,
  type SipUri,
} from '@ringback/sip';
import type { Core } from '../core/core.ts';
import type { ClientFlow } from '../flow-table.ts';
import type { ServerTransaction } from '../transaction/server-transaction.ts';
import type { Flow } from '../transport/flow.ts';
import { flowKey } from '../uac/next-hop.ts';
import { isBindable } from './bindable.ts';

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
  if (uri && isBindable(core, uri, flow))
    core.flows.extend(flowKey(uri), flow, expiresSec, { addressOfRecord: partyOf(request, 'From') });
}

function bindRegistered(core: Core, request: SipRequest, response: SipResponse, flow: Flow): void {
  const addressOfRecord = partyOf(request, 'To');
  const granted = grantedSeconds(response);
  for (const value of headers(request, 'Contact')) {
    // RFC 3261 10.2.2: the client takes all its registrations back.
    if (value === '*') core.flows.removeFlow(flow);
    const contact = parseNameAddr(value);
    const uri = parseUri(contact?.uri ?? '');
    if (!contact || !uri) continue;
    const asked = contact.params.get('expires') ?? header(request, 'Expires');
    const expiresSec = granted(uri) ?? seconds(asked) ?? DEFAULT_EXPIRES_SEC;
    const registrant = { addressOfRecord, clientFlow: clientFlow(addressOfRecord, contact) };
    if (!isBindable(core, uri, flow) || !core.flows.set(flowKey(uri), flow, expiresSec, registrant))
      core.guard.count('binding');
  }
}

/** RFC 5626 4.1: a client that names itself is known again, whatever its Contact is by then. */
function clientFlow(addressOfRecord: string, { params }: NameAddr): ClientFlow | undefined {
  const instance = params.get('+sip.instance');
  if (!instance) return undefined;
  return { client: `${addressOfRecord} ${instance}`, regId: params.get('reg-id') ?? '' };
}

/** Whose registration it is. */
function partyOf(request: SipRequest, name: 'From' | 'To'): string {
  const uri = parseUri(parseNameAddr(header(request, name) ?? '')?.uri ?? '');
  return uri ? flowKey(uri) : '';
}

/** RFC 3261 10.3: what the registrar granted counts, then what was asked for. */
function grantedSeconds(response: SipResponse): (uri: SipUri) => number | undefined {
  const contacts = headers(response, 'Contact')
    .map(parseNameAddr)
    .map((contact) => ({ uri: parseUri(contact?.uri ?? ''), expires: contact?.params.get('expires') }));
  const byKey = new Map(contacts.map(({ uri, expires }) => [uri && flowKey(uri), seconds(expires)]));
  const ofAll = seconds(header(response, 'Expires'));
  return (uri) => byKey.get(flowKey(uri)) ?? ofAll;
}

const seconds = (text: string | undefined) => (text === undefined ? undefined : parseSeconds(text));
