import type { Logger } from '@ringback/runtime';
import type { Srf, SrfDialog, SrfRequest } from './srf.ts';

export interface InviteOrder {
  readonly uri: string;
  /** Next hop when it is not where the URI points. */
  readonly proxy: string | undefined;
  readonly headers: Record<string, string>;
  readonly sdp: string;
}

/** Told synchronously, in the order of the wire: a BYE may follow its 200 within the same read. */
export interface InviteListener {
  sent(sipCallId: string): void;
  progress(sipStatus: number): void;
  answered(dialog: SrfDialog): void;
  /** `local`: the SIP server made this response itself, the phone was not reached. */
  failed(sipStatus: number, reason: string | undefined, local: boolean): void;
}

export interface OutgoingInvite {
  /** CANCEL (RFC 3261 9.1), also before the INVITE itself has left. */
  cancel(reason: string | undefined): void;
}

export function sendInvite(
  srf: Srf,
  order: InviteOrder,
  listener: InviteListener,
  logger: Logger,
): OutgoingInvite {
  let request: SrfRequest | undefined;
  let canceled: { reason: string | undefined } | undefined;
  let done = false;

  const cancelNow = (sent: SrfRequest, reason: string | undefined) => {
    try {
      sent.cancel(reason === undefined ? {} : { headers: { Reason: reason } }, (error) => {
        if (error) logger.debug({ err: error }, 'a CANCEL was not sent');
      });
    } catch (error) {
      logger.debug({ err: error }, 'a CANCEL was not sent');
    }
  };
  const fail = (status: number, reason: string | undefined, local: boolean) => {
    if (done) return;
    done = true;
    listener.failed(status, reason, local);
  };

  try {
    srf.createUAC(
      order.uri,
      {
        localSdp: order.sdp,
        headers: order.headers,
        ...(order.proxy === undefined ? {} : { proxy: order.proxy }),
      },
      {
        cbRequest: (_error, sent) => {
          if (!sent) return;
          request = sent;
          listener.sent(sent.get('Call-ID') ?? '');
          if (canceled) cancelNow(sent, canceled.reason);
        },
        cbProvisional: ({ status }) => {
          if (status > 100) listener.progress(status);
        },
      },
      (error, dialog) => {
        if (dialog && !done) {
          done = true;
          listener.answered(dialog);
        } else if (error) {
          // Without a status it is the SIP server that refuses to send: no route, no such transport.
          fail(error.status ?? 503, error.reason, error.res === undefined || error.res.source_address === '');
        }
      },
    );
  } catch (error) {
    logger.debug({ err: error }, 'an INVITE was not sent');
    fail(503, undefined, false);
  }

  return {
    cancel(reason) {
      if (done || canceled) return;
      canceled = { reason };
      if (request) cancelNow(request, reason);
    },
  };
}
