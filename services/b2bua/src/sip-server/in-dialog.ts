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
      // drachtio no longer knows the dialog, or the connection is gone: RFC 3261 12.2.1.2 takes both as its end.
      else settle(isUnknownDialog(error) ? UNKNOWN_DIALOG : { kind: 'none' });
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

const UNKNOWN_DIALOG: InDialogAnswer = {
  kind: 'response',
  status: 481,
  reason: 'Call/Transaction Does Not Exist',
  body: '',
  contentType: undefined,
};

function isUnknownDialog(error: unknown): boolean {
  return (error as { code?: string } | null)?.code === 'ENODIALOG';
}
