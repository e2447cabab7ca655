import { randomUUID } from 'node:crypto';
import { dialogKeyOf, header, parseCSeq, type SipRequest, serializeMessage } from '@ringback/sip';
import { type Arrival, networkMeta } from '../core/arrival.ts';
import type { Core } from '../core/core.ts';
import { passOnAck } from '../proxy/pass-on.ts';

/** The ACK of a 2xx: ends its retransmission and goes to the application, once; of a proxied call it is passed on. */
export function receiveAck(core: Core, arrival: Arrival, ack: SipRequest): void {
  const dialog = core.dialogs.byKey(dialogKeyOf(ack));
  if (!dialog) {
    passOnAck(core, ack);
    return;
  }
  const sequence = parseCSeq(header(ack, 'CSeq') ?? '')?.sequence;
  if (!dialog.acceptance || dialog.acceptance.sequence !== sequence) return;
  dialog.acceptance.stop();
  dialog.acceptance = undefined;
  dialog.session.note('them', ack);
  dialog.application.tell({
    kind: 'sip',
    meta: networkMeta(arrival),
    transactionId: randomUUID(),
    dialogId: dialog.id,
    sip: serializeMessage(ack),
  });
  dialog.runAfterAck();
}
