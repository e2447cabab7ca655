import type { Logger } from '@ringback/runtime';
import { reasonPhrase } from '@ringback/sip';
import type { SrfContent, SrfResponse } from './srf.ts';

/** What this network understands outside of dialogs (RFC 3261 20.5). */
export const ALLOW = 'INVITE, ACK, BYE, CANCEL, OPTIONS, REGISTER, INFO, UPDATE';

/** Sends a response; one that cannot be sent any more is logged and forgotten, since its transaction is gone. */
export function respond(
  res: SrfResponse,
  status: number,
  content: SrfContent & { reason?: string } = {},
  logger?: Logger,
): void {
  if (res.finalResponseSent) return;
  const { reason = reasonPhrase(status), ...rest } = content;
  const sent = (error: unknown) => {
    if (error) logger?.debug({ err: error, status }, 'a response was not sent');
  };
  try {
    if (status < 200) {
      res.send(status, reason, rest, sent);
      return;
    }
    // Not `send`, which throws on a status that is in no registry: dialling 499 answers 499.
    res.msg.status = status;
    res.msg.reason = reason;
    res.status = status;
    res.agent.sendResponse(res, rest, sent);
    res.finished = true;
  } catch (error) {
    sent(error);
  }
}
