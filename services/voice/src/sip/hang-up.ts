import type { Logger } from '@ringback/runtime';
import { Invitation, Inviter, type Session, SessionState } from 'sip.js';

/** Ends a session by the request that its state asks for (RFC 3261 9.1, 15). Does nothing when it is over. */
export function hangUp(session: Session, logger: Logger): void {
  const failed = (error: unknown) => logger.debug({ err: error }, 'hanging up: the call was over');
  switch (session.state) {
    case SessionState.Initial:
    case SessionState.Establishing:
      if (session instanceof Inviter) session.cancel().catch(failed);
      else if (session instanceof Invitation) session.reject({ statusCode: 480 }).catch(failed);
      return;
    case SessionState.Established:
      session.bye().catch(failed);
      return;
    case SessionState.Terminating:
    case SessionState.Terminated:
      return;
    default:
      session.state satisfies never;
  }
}
