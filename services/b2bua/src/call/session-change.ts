import type { Logger } from '@ringback/runtime';
import { MediaError } from '../media/media-server.ts';
import type { MediaSide } from '../media/profile.ts';
import { type InDialogAnswer, requestInDialog } from '../sip-server/in-dialog.ts';
import { ALLOW, respond } from '../sip-server/respond.ts';
import type { Srf, SrfDialog, SrfRequest, SrfResponse } from '../sip-server/srf.ts';
import type { CallMedia, Side } from './call-media.ts';
import { digitOfInfo } from './info-digit.ts';

/** How long the other phone has for its answer to a re-INVITE or INFO. A phone that rings for hold does not exist. */
const ANSWER_TIMEOUT_MS = 10_000;

/** Both sides of a call that is up. */
export interface Dialogs {
  readonly caller: SrfDialog;
  readonly callee: SrfDialog;
}

export interface SessionChangeDeps {
  readonly srf: Srf;
  readonly logger: Logger;
  readonly media: CallMedia;
  readonly leg: { readonly id: string; readonly side: MediaSide };
  dialogs(): Dialogs | 'not-yet' | 'over';
  /** The phone at that side no longer knows the call (RFC 3261 12.2.1.2). */
  vanished(side: Side): void;
  /** That side sent a key by INFO. */
  keyPressed(side: Side, digit: string): void;
}

/**
 * Passes on what one phone asks of the other inside a call that is up: hold, resume and other new offers (re-INVITE,
 * UPDATE) through the media server, and INFO (DTMF) as it stands.
 */
export function passSessionChanges(deps: SessionChangeDeps, from: Side, dialog: SrfDialog): void {
  const guarded = (work: (req: SrfRequest, res: SrfResponse) => Promise<void>) => {
    return (req: SrfRequest, res: SrfResponse) => {
      work(req, res).catch((error: unknown) => {
        // Over in the meantime, media and all.
        const over = deps.dialogs() === 'over';
        if (!over) deps.logger.warn({ err: error, method: req.method }, 'a request inside a call failed');
        respond(res, over ? 481 : statusOfError(error), {}, deps.logger);
      });
    };
  };

  dialog.on(
    'modify',
    guarded((req, res) => changeSession(deps, from, req, res)),
  );
  dialog.on(
    'update',
    guarded((req, res) => changeSession(deps, from, req, res)),
  );
  dialog.on(
    'info',
    guarded((req, res) => passInfo(deps, from, req, res)),
  );
  dialog.on('options', (_req: SrfRequest, res: SrfResponse) =>
    respond(res, 200, { headers: { Allow: ALLOW } }),
  );
  // Without listeners drachtio-srf would say 200 to what nobody does.
  for (const event of ['refer', 'message', 'publish'])
    dialog.on(event, (_req: SrfRequest, res: SrfResponse) =>
      respond(res, 405, { headers: { Allow: ALLOW } }),
    );
  dialog.on('notify', (_req: SrfRequest, res: SrfResponse) => respond(res, 481));
}

const changing = new WeakSet<CallMedia>();

async function changeSession(
  deps: SessionChangeDeps,
  from: Side,
  req: SrfRequest,
  res: SrfResponse,
): Promise<void> {
  const dialogs = deps.dialogs();
  if (typeof dialogs === 'string') {
    respond(res, statusUnlessUp(dialogs), {}, deps.logger);
    return;
  }
  // Without SDP it only keeps the session alive, and what holds already is said again (RFC 4028 7.4, RFC 3261 14.2).
  if (!req.body) {
    respond(res, 200, refreshContent(req, dialogs[from]), deps.logger);
    return;
  }
  // RFC 3261 14.1: one exchange of offer and answer at a time.
  if (changing.has(deps.media)) {
    respond(res, 491, {}, deps.logger);
    return;
  }
  changing.add(deps.media);
  try {
    await exchange(deps, from, dialogs, req, res);
  } finally {
    changing.delete(deps.media);
  }
}

async function exchange(
  deps: SessionChangeDeps,
  from: Side,
  dialogs: Dialogs,
  req: SrfRequest,
  res: SrfResponse,
): Promise<void> {
  const { srf, media, leg } = deps;
  const other = from === 'caller' ? 'callee' : 'caller';
  const offer = await media.reoffer(leg.id, from, leg.side, req.body);
  const answer = await requestInDialog(
    srf,
    dialogs[other],
    { method: 'INVITE', body: offer },
    ANSWER_TIMEOUT_MS,
  );
  if (answer.kind === 'none' || answer.status !== 200 || answer.body === '') {
    tellVanished(deps, other, answer);
    return respond(res, refusedStatus(answer), {}, deps.logger);
  }
  const sdp = await media.reanswer(leg.id, from, leg.side, answer.body, req.body);
  dialogs[from].local.sdp = sdp;
  dialogs[other].local.sdp = offer;
  dialogs[other].remote.sdp = answer.body;
  respond(res, 200, { body: sdp, headers: { 'Content-Type': 'application/sdp', Allow: ALLOW } }, deps.logger);
}

function refreshContent(req: SrfRequest, own: SrfDialog): { body?: string; headers: Record<string, string> } {
  const session = req.get('Session-Expires');
  const headers: Record<string, string> = { Allow: ALLOW, ...(session && { 'Session-Expires': session }) };
  if (req.method === 'UPDATE') return { headers };
  return { body: own.local.sdp, headers: { ...headers, 'Content-Type': 'application/sdp' } };
}

async function passInfo(
  deps: SessionChangeDeps,
  from: Side,
  req: SrfRequest,
  res: SrfResponse,
): Promise<void> {
  const to = from === 'caller' ? 'callee' : 'caller';
  const dialogs = deps.dialogs();
  if (typeof dialogs === 'string') {
    respond(res, statusUnlessUp(dialogs), {}, deps.logger);
    return;
  }
  const digit = digitOfInfo(req.get('Content-Type') ?? '', req.body ?? '');
  if (digit !== undefined) deps.keyPressed(from, digit);
  const headers: Record<string, string> = {};
  for (const name of ['Content-Type', 'Info-Package', 'Content-Disposition']) {
    const value = req.get(name);
    if (value) headers[name] = value;
  }
  const order = { method: 'INFO' as const, headers, ...(req.body ? { body: req.body } : {}) };
  const answer = await requestInDialog(deps.srf, dialogs[to], order, ANSWER_TIMEOUT_MS);
  tellVanished(deps, to, answer);
  respond(res, answer.kind === 'none' ? 504 : answer.status, {}, deps.logger);
}

/** The called phone may be quicker than our 200 to the caller: RFC 3261 14.2 has it try again in a moment. */
function statusUnlessUp(when: 'not-yet' | 'over'): number {
  return when === 'over' ? 481 : 491;
}

/** RFC 3261 12.2.1.2: 481 and 408 say that the other end has no such call any more. */
function tellVanished(deps: SessionChangeDeps, side: Side, answer: InDialogAnswer): void {
  if (answer.kind === 'response' && (answer.status === 481 || answer.status === 408)) deps.vanished(side);
}

function refusedStatus(answer: InDialogAnswer): number {
  if (answer.kind === 'none') return 504;
  return answer.status >= 400 ? answer.status : 488;
}

function statusOfError(error: unknown): number {
  if (!(error instanceof MediaError)) return 500;
  return error.code === 'refused' ? 488 : 503;
}
