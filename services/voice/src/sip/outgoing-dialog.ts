import { CALL_ID_HEADER } from '@ringback/contracts';
import type { Logger } from '@ringback/runtime';
import { Inviter, SessionState, URI, type UserAgent } from 'sip.js';
import type { DescribedMedia } from './description-handler.ts';
import type { Dialog, TellDialog } from './dialog.ts';
import { hangUp } from './hang-up.ts';

/** Of the INVITE without credentials; the one that answers the challenge counts on. */
const FIRST_CSEQ = 1;

/** A call to be placed. `fromName` is what the phone shows. */
export interface CallToPlace {
  readonly callId: string;
  readonly to: string;
  readonly fromName: string;
  readonly media: DescribedMedia;
}

/** An outgoing call: INVITE to its end (RFC 3261 13.2). */
export class OutgoingDialog implements Dialog {
  readonly #inviter: Inviter;
  readonly #tell: TellDialog;
  readonly #logger: Logger;
  #over = false;
  /** A response has come from beyond the password check. */
  #cancelable = false;
  #hangUpWanted = false;

  constructor(agent: UserAgent, call: CallToPlace, tell: TellDialog, logger: Logger) {
    this.#tell = tell;
    this.#logger = logger;
    const target = new URI('sip', encodeURIComponent(call.to), agent.configuration.uri.host);
    this.#inviter = new Inviter(agent, target, {
      params: { fromDisplayName: displayName(call.fromName) },
      extraHeaders: [`${CALL_ID_HEADER}: ${call.callId}`],
      delegate: {
        onBye: (bye) => void bye.accept(),
        onRefer: (referral) => void referral.reject({ statusCode: 603 }),
      },
    });
    this.#inviter.stateChange.addListener((state) => this.#stateChanged(state));
  }

  /** What SIP.js hands to the factory of description handlers. */
  get session(): Inviter {
    return this.#inviter;
  }

  get answered(): boolean {
    return this.#inviter.state === SessionState.Established;
  }

  get over(): boolean {
    return this.#over;
  }

  invite(): void {
    this.#inviter
      .invite({
        requestDelegate: {
          onTrying: ({ message }) => {
            if (message.cseq > FIRST_CSEQ) this.#mayCancel();
          },
          onProgress: () => {
            this.#mayCancel();
            this.#tell({ kind: 'ringing' });
          },
          onRedirect: ({ message }) => this.#end({ sipStatus: message.statusCode ?? 500, local: false }),
          // Answers that SIP.js makes up, for a timeout or a broken connection, have no headers.
          onReject: ({ message }) =>
            this.#end({ sipStatus: message.statusCode ?? 500, local: !message.hasHeader('via') }),
        },
      })
      .catch((error: unknown) => {
        this.#logger.warn({ err: error }, 'INVITE was not sent');
        this.#end({ sipStatus: 500, local: true });
      });
  }

  /**
   * A CANCEL may follow a provisional response only (RFC 3261 9.1), and SIP.js would send it for the INVITE that is
   * being challenged, then repeat that INVITE with the password and forget the CANCEL: so it waits for the second one.
   */
  hangUp(): void {
    if (this.#cancelable || this.answered) hangUp(this.#inviter, this.#logger);
    else this.#hangUpWanted = true;
  }

  #mayCancel(): void {
    this.#cancelable = true;
    if (this.#hangUpWanted) hangUp(this.#inviter, this.#logger);
  }

  /** The connection broke: an answer could not reach this side any more, so an unanswered call is over. */
  connectionLost(): void {
    if (this.#over) return;
    if (!this.answered) {
      this.#over = true;
      void this.#inviter.dispose();
    }
    this.#tell({ kind: 'connection-lost' });
  }

  #stateChanged(state: SessionState): void {
    if (state === SessionState.Established) {
      if (this.#hangUpWanted) hangUp(this.#inviter, this.#logger);
      else this.#tell({ kind: 'answered' });
    }
    // A rejection is told just after the state has changed: it says more than that the call is over.
    if (state === SessionState.Terminated) queueMicrotask(() => this.#end());
  }

  #end(rejected?: { sipStatus: number; local: boolean }): void {
    if (this.#over) return;
    this.#over = true;
    this.#tell(rejected ? { kind: 'rejected', ...rejected } : { kind: 'ended' });
  }
}

/** SIP.js puts the name between quotes as it is, and a quoted-pair is more than some phones can read. */
function displayName(name: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they would end the header
  return name.replace(/[\u0000-\u001f\u007f]/g, ' ').replace(/["\\]/g, "'");
}
