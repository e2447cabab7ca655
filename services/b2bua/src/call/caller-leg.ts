import type { Logger } from '@ringback/runtime';
import { reasonPhrase } from '@ringback/sip';
import { ALLOW, respond } from '../sip-server/respond.ts';
import type { Srf, SrfDialog, SrfRequest, SrfResponse } from '../sip-server/srf.ts';
import { formatReason } from './reason-header.ts';

/** drachtio adds no Contact to a 180, and SIP.js drops one without; `localhost` becomes the server's own address. */
const CONTACT = '<sip:ringback@localhost>';

/**
 * The leg that came in. Made before anything is awaited, since drachtio-srf tells a CANCEL only to listeners that it
 * finds at that moment.
 */
export class CallerLeg {
  readonly req: SrfRequest;
  dialog: SrfDialog | undefined;
  /** A CANCEL that came before anybody listened for it. */
  canceled: { reason: string | undefined } | undefined;
  onCancel: (reason: string | undefined) => void = () => undefined;
  readonly #res: SrfResponse;
  readonly #logger: Logger;
  #answering = false;

  constructor(req: SrfRequest, res: SrfResponse, logger: Logger) {
    this.req = req;
    this.#res = res;
    this.#logger = logger;
    req.on('cancel', (cancel: { get(name: string): string | undefined }) =>
      this.#cancel(cancel.get('Reason')),
    );
  }

  #cancel(reason: string | undefined): void {
    this.canceled ??= { reason };
    this.onCancel(this.canceled.reason);
  }

  ring(): void {
    if (this.canceled || this.#answering) return;
    // No early media: JsSIP takes a 183 with SDP for the answer, and of several phones that ring none has won yet.
    respond(this.#res, 180, { headers: { Contact: CONTACT, Allow: ALLOW } }, this.#logger);
  }

  /** Sends 200. `connected` is told synchronously, before a BYE that may follow in the same read. */
  answer(srf: Srf, sdp: string, connected: (dialog: SrfDialog) => void, failed: () => void): void {
    if (this.canceled) return;
    this.#answering = true;
    const done = (error: unknown, dialog?: SrfDialog) => {
      if (dialog) {
        this.dialog = dialog;
        connected(dialog);
      } else if (!this.canceled) {
        this.#logger.debug({ err: error }, 'the 200 for a caller was not sent');
        // drachtio-srf drops a CANCEL that crosses our 200. That the SIP server refuses the 200 with a sentence is the
        // only sign of it: the transaction is over.
        if (typeof error === 'string') this.#cancel(undefined);
        else failed();
      }
    };
    try {
      srf.createUAS(this.req, this.#res, { localSdp: sdp, headers: { Allow: ALLOW } }, done);
    } catch (error) {
      done(error);
    }
  }

  /** Any final response but 200; nothing when the 200 is on its way or the SIP server has sent 487. */
  reject(sipStatus: number, q850Cause: number, sentence: string, headers: Record<string, string> = {}): void {
    if (this.canceled || this.#answering) return;
    const Reason = formatReason({
      protocol: 'Q.850',
      cause: q850Cause,
      text: reasonPhrase(sipStatus) || sentence,
    });
    respond(this.#res, sipStatus, { headers: { ...headers, Reason } }, this.#logger);
  }
}
