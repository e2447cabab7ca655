import type { Srf, SrfDialog, SrfRequest, SrfResponse } from './srf.ts';

export interface InDialogRequest {
  readonly method: 'INVITE' | 'INFO' | 'OPTIONS';
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** What came of a request in a dialog. `none`: no final response in time, or the connection is gone. */
export type InDialogAnswer =
  | { kind: 'response'; status: number; reason: string; body: string; contentType: string | undefined }
  | { kind: 'none' };

/**
 * Sends a request inside a dialog and waits for its final response, at most `timeoutMs`. A 200 to INVITE is ACKed.
 * Not `dialog.modify`, whose queue never moves on after one rejected re-INVITE.
 */
export function requestInDialog(
  srf: Srf,
  dialog: SrfDialog,
  { method, headers = {}, body }: InDialogRequest,
  timeoutMs: number,
): Promise<InDialogAnswer> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve({ kind: 'none' }), timeoutMs);
    const settle = (answer: InDialogAnswer) => {
      clearTimeout(timer);
      resolve(answer);
    };
    const heard = (response: SrfResponse, ack: () => void) => {
      if (response.status < 200) return;
      if (method === 'INVITE' && response.status < 300) ack();
      const { status, reason, body: answerBody } = response;
      settle({
        kind: 'response',
        status,
        reason,
        body: answerBody ?? '',
        contentType: response.get('Content-Type'),
      });
    };
    const sent = (error: unknown, request?: SrfRequest) => {
      if (request) request.on('response', heard);
      else settle(answerOf(error));
    };
    try {
      srf.request(
        {
          method,
          // drachtio puts the dialog's remote target in its place.
          uri: 'sip:placeholder',
          stackDialogId: dialog.id,
          headers,
          _socket: dialog.socket,
          ...(body === undefined ? {} : { body }),
        },
        sent,
      );
    } catch (error) {
      sent(error);
    }
  });
}

/** What the SIP server's refusal to send the request means, in the words of a response. */
function answerOf(error: unknown): InDialogAnswer {
  const { code, message = '' } = (error ?? {}) as { code?: string; message?: string };
  // RFC 3261 12.2.1.2: with the dialog unknown, or the connection gone, the call is over.
  if (code === 'ENODIALOG') return noBody(481, 'Call/Transaction Does Not Exist');
  // RFC 3261 14.1: the other phone has asked for something itself, and that is not settled yet.
  if (/is open in that dialog/.test(message)) return noBody(491, 'Request Pending');
  return { kind: 'none' };
}

function noBody(status: number, reason: string): InDialogAnswer {
  return { kind: 'response', status, reason, body: '', contentType: undefined };
}
