import { ALLOW, respond } from './respond.ts';
import type { Srf, SrfRequest, SrfResponse } from './srf.ts';

/** Requests outside of dialogs that neither call nor register: told plainly what this network does not do. */
export function answerOtherMethods(srf: Srf): void {
  const answer =
    (status: number, headers: Record<string, string> = {}) =>
    (_req: SrfRequest, res: SrfResponse): void =>
      respond(res, status, { headers: { Allow: ALLOW, ...headers } });

  // RFC 3261 11.2
  srf.options(
    answer(200, { Accept: 'application/sdp', 'Accept-Encoding': 'identity', 'Accept-Language': 'en' }),
  );
  srf.message(answer(405));
  // RFC 6665 4.1.3, RFC 3903 6: no event package is known here.
  srf.subscribe(answer(489));
  srf.publish(answer(489));
  // RFC 6665 4.1.3, RFC 6086 4.2.2: only inside a dialog.
  srf.notify(answer(481));
  srf.info(answer(481));
}
