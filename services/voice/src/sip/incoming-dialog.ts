import { CALL_ID_HEADER } from '@ringback/contracts';
import type { Logger } from '@ringback/runtime';
import { type Invitation, SessionState } from 'sip.js';
import { type DescribedMedia, isAnswerable } from './description-handler.ts';
import type { Dialog, TellDialog } from './dialog.ts';
import { hangUp } from './hang-up.ts';

/** A call that has come in and waits for `accept` or `reject` (RFC 3261 13.3). */
export class IncomingDialog implements Dialog {
  readonly #invitation: Invitation;
  readonly #describe: (media: DescribedMedia) => void;
  readonly #logger: Logger;

  /** `describe`: makes these media the ones that the session's descriptions speak of. */
  constructor(invitation: Invitation, describe: (media: DescribedMedia) => void, logger: Logger) {
    this.#invitation = invitation;
    this.#describe = describe;
    this.#logger = logger;
  }

  /** The user part of To: which service is called. */
  get number(): string {
    return decodeURIComponent(this.#invitation.request.to.uri.user ?? '');
  }

  /** The id under which the network knows the call, when the B2BUA told it. */
  get callId(): string | undefined {
    return this.#invitation.request.getHeader(CALL_ID_HEADER);
  }

  get sipCallId(): string {
    return this.#invitation.request.callId;
  }

  /** False when its offer has nothing for us. */
  get answerable(): boolean {
    return isAnswerable(this.#invitation.body);
  }

  /** Sends 200; `tell` hears that it is answered, and its end. */
  accept(media: DescribedMedia, tell: TellDialog): void {
    const invitation = this.#invitation;
    this.#describe(media);
    invitation.delegate = {
      onBye: (bye) => void bye.accept(),
      onRefer: (referral) => void referral.reject({ statusCode: 603 }),
    };
    // It may have been cancelled while the media were opened.
    if (invitation.state === SessionState.Terminated) {
      tell({ kind: 'ended' });
      return;
    }
    invitation.stateChange.addListener((state) => {
      if (state === SessionState.Established) tell({ kind: 'answered' });
      if (state === SessionState.Terminated) tell({ kind: 'ended' });
    });
    invitation
      .accept()
      .catch((error: unknown) => this.#logger.warn({ err: error }, 'an incoming call was not accepted'));
  }

  reject(sipStatus: number): void {
    if (this.#invitation.state !== SessionState.Initial) return;
    this.#invitation
      .reject({ statusCode: sipStatus })
      .catch((error: unknown) => this.#logger.debug({ err: error }, 'an incoming call was gone'));
  }

  hangUp(): void {
    hangUp(this.#invitation, this.#logger);
  }
}
