import {
  header,
  parseCSeq,
  requestInDialog,
  type SipHeader,
  type SipRequest,
  type SipResponse,
  serializeMessage,
  uacDialog,
  withHeader,
} from '@ringback/sip';
import type { Core } from '../core/core.ts';
import type { Dialog } from '../dialog/dialog.ts';
import type { Flow } from '../transport/flow.ts';
import { sendBye, viaFor } from './hang-up.ts';

/** The ACK of a 2xx of the peer (RFC 3261 13.2.2.4), sent and kept for the case that the 2xx comes again. */
export function acknowledge(
  dialog: Dialog,
  flow: Flow,
  content: { headers: readonly SipHeader[]; body: Uint8Array },
): SipRequest {
  const { request } = requestInDialog(dialog.state, 'ACK', { via: viaFor(flow), ...content });
  const message = serializeMessage(request);
  dialog.ackGuard?.();
  dialog.ackGuard = undefined;
  dialog.session.note('us', request);
  // A copy: it stays for as long as the dialog, and the bytes lie among those of other messages.
  dialog.lastAck = { sequence: dialog.state.inviteSequence, message: new Uint8Array(message), flow };
  flow.send(message);
  return request;
}

/** The same 2xx again: its ACK was lost, if there was one yet. */
export function acknowledgeAgain({ lastAck }: Dialog, response: SipResponse): void {
  const sequence = parseCSeq(header(response, 'CSeq') ?? '')?.sequence;
  if (lastAck?.sequence === sequence) lastAck?.flow.send(lastAck.message);
}

/** A 2xx nobody wants, of a second fork or for an application that is gone: ACK, then BYE (RFC 3261 13.2.2.4). */
export function turnDown(
  core: Core,
  invite: SipRequest,
  response: SipResponse,
  flow: Flow,
  text: string,
): void {
  const state = uacDialog(invite, withContact(response, invite));
  if (!state) return;
  const { request } = requestInDialog(state, 'ACK', { via: viaFor(flow) });
  flow.send(serializeMessage(request));
  sendBye(core, state, flow, text);
}

/** A 2xx or a reliable 1xx without Contact is a fault of the peer; the address it was called by is the best there is. */
export function withContact(response: SipResponse, invite: SipRequest): SipResponse {
  const present = response.headers.some((header) => header.name === 'Contact');
  return present ? response : withHeader(response, 'Contact', `<${invite.uri}>`);
}
