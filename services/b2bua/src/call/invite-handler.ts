import { CALL_ID_HEADER } from '@ringback/contracts';
import type { Logger } from '@ringback/runtime';
import { header } from '@ringback/sip';
import { type Attempt, FailedAttempts } from '../auth/failed-attempts.ts';
import { type Incoming, incomingOf } from '../sip-server/incoming.ts';
import { respond } from '../sip-server/respond.ts';
import type { SrfRequest, SrfResponse } from '../sip-server/srf.ts';
import type { ActiveCalls } from './active-calls.ts';
import { type AdmissionDeps, admit } from './admission.ts';
import { CallerLeg } from './caller-leg.ts';
import { type NewCallDeps, newCall } from './new-call.ts';
import { recordUnauthenticated } from './unauthenticated-call.ts';

export interface InviteHandlerDeps {
  readonly admission: AdmissionDeps;
  readonly calls: NewCallDeps;
  readonly active: ActiveCalls;
  readonly logger: Logger;
  /** True once the network is closing. */
  draining(): boolean;
}

/** Seconds after which a caller may try a network again that is closing or has lost its database. */
const RETRY_AFTER_SEC = '10';

/** Takes every INVITE outside of a dialog. */
export function createInviteHandler({ admission, calls, active, logger, draining }: InviteHandlerDeps) {
  const attempts = new FailedAttempts();
  const noteAttempt = (incoming: Incoming, attempt: Attempt) => {
    const { message } = incoming;
    // What a voice orders has a record already, and the voice tells its end.
    if (header(message, CALL_ID_HEADER) !== undefined) return;
    if (attempts.isFinal(header(message, 'Call-ID') ?? '', attempt, calls.nowMs()))
      recordUnauthenticated(calls, incoming, attempt);
  };
  const take = async (req: SrfRequest, res: SrfResponse, caller: CallerLeg): Promise<void> => {
    const incoming = incomingOf(req);
    if (!incoming) {
      respond(res, 400);
      return;
    }
    const admitted = await admit(admission, incoming);
    if (admitted.kind === 'not-admitted') {
      const { sipStatus, attempt, ...content } = admitted;
      if (!caller.canceled) respond(res, sipStatus, content, logger);
      if (attempt) noteAttempt(incoming, attempt);
      return;
    }
    // RFC 3261 21.4.19: the same call cannot come in twice.
    if (admitted.asked && active.has(admitted.asked.id)) respond(res, 482, {}, logger);
    else active.add(newCall(calls, incoming, caller, admitted));
  };

  return (req: SrfRequest, res: SrfResponse): void => {
    // First of all and before any await: a CANCEL goes to whoever listens at that moment, or to nobody.
    const caller = new CallerLeg(req, res, logger);
    if (draining()) {
      respond(res, 503, { headers: { 'Retry-After': RETRY_AFTER_SEC } }, logger);
      return;
    }
    take(req, res, caller).catch((error: unknown) => {
      logger.error({ err: error }, 'an INVITE could not be handled');
      respond(res, 503, { headers: { 'Retry-After': RETRY_AFTER_SEC } }, logger);
    });
  };
}
