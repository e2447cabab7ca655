import type { SipHeader, SipResponse } from '../message.ts';
import { responseTo } from '../response.ts';
import { type Edge, responseEvent } from '../transaction/machine.ts';
import { uriScheme } from '../uri.ts';
import { bestResponse } from './best-response.ts';
import {
  type Branch,
  type BranchAction,
  type BranchEvent,
  type BranchName,
  type BranchTimer,
  branchTable,
  isActive,
  isPending,
} from './branch.ts';
import type {
  ResponseContextEffect,
  ResponseContextInput,
  ResponseContextOptions,
  ResponseContextState,
  ResponseContextStep,
} from './context.ts';
import { recurse } from './redirect.ts';

/** A step under way: the next state is made in place, the one before stays as it was. */
interface Draft {
  options: ResponseContextOptions;
  branches: Branch[];
  decided: boolean;
  stopped: boolean;
  cancelled: boolean;
  effects: ResponseContextEffect[];
  /** What a CANCEL of this step says. */
  reason: readonly SipHeader[];
  nowMs: number;
}

const ELSEWHERE: SipHeader = { name: 'Reason', value: 'SIP;cause=200;text="Call completed elsewhere"' };

function start(
  options: ResponseContextOptions,
  targets: readonly string[],
  nowMs: number,
): ResponseContextStep {
  const branches = targets
    .slice(0, options.maxTargets)
    .map((target, id): Branch => ({ id, target, recursed: false, name: 'waiting', failure: undefined }));
  return finish({
    options,
    branches,
    decided: false,
    stopped: false,
    cancelled: false,
    effects: [],
    reason: [],
    nowMs,
  });
}

function step(state: ResponseContextState, input: ResponseContextInput, nowMs: number): ResponseContextStep {
  const draft: Draft = { ...state, branches: [...state.branches], effects: [], reason: [], nowMs };
  switch (input.kind) {
    case 'cancel':
      draft.cancelled = !draft.decided;
      stop(draft, input.headers);
      break;
    case 'timer':
      give(draft, input.branch, input.timer);
      break;
    case 'lost':
      give(draft, input.branch, 'lost', ownAnswer(draft, input.status));
      break;
    case 'response':
      give(draft, input.branch, responseEvent(input.response.status), input.response);
      break;
    default:
      input satisfies never;
  }
  return finish(draft);
}

/** One event of one branch, by the table. */
function give(draft: Draft, id: number, event: BranchEvent, response?: SipResponse): void {
  const branch = draft.branches.find((candidate) => candidate.id === id)!;
  const [name, action]: Edge<BranchName, BranchAction> = branchTable[branch.name][event];
  const next: Branch = { ...branch, name };
  put(draft, next);
  if (isActive(branch) && !isActive(next)) draft.effects.push({ kind: 'rest', branch: id });
  act(draft, next, action, event === 'lost', response);
}

function put(draft: Draft, branch: Branch): void {
  draft.branches = draft.branches.map((other) => (other.id === branch.id ? branch : other));
}

function act(
  draft: Draft,
  branch: Branch,
  action: BranchAction,
  ownMade: boolean,
  response?: SipResponse,
): void {
  switch (action) {
    case 'launch':
      draft.effects.push({ kind: 'launch', branch });
      setTimers(draft, branch.id);
      return;
    case 'progress':
      progress(draft, branch.id, response!);
      return;
    case 'accept':
      report(draft, branch.id, response!);
      draft.effects.push({ kind: 'forward', response: response! });
      stop(draft, [ELSEWHERE]);
      decide(draft);
      return;
    case 'repeat':
      draft.effects.push({ kind: 'forward', response: response! });
      return;
    case 'settle':
      if (!ownMade) report(draft, branch.id, response!);
      settle(draft, branch, response!);
      return;
    case 'cancel':
      draft.effects.push({ kind: 'cancel', branch: branch.id, headers: draft.reason });
      return;
    case 'abandon':
      // RFC 3261 16.8: called off, and as good as a 408; the search goes on without waiting for its 487.
      draft.effects.push({ kind: 'cancel', branch: branch.id, headers: [] });
      put(draft, { ...branch, failure: ownAnswer(draft, 408) });
      return;
    case 'nothing':
      return;
    default:
      action satisfies never;
  }
}

function setTimers(draft: Draft, branch: number): void {
  const { request, timerCMs, provisionalMs, finalMs } = draft.options;
  const wake = (timer: BranchTimer, delayMs: number | undefined) => {
    if (delayMs !== undefined)
      draft.effects.push({ kind: 'wake', branch, timer, atMs: draft.nowMs + delayMs });
  };
  wake('C', request.method === 'INVITE' ? timerCMs : undefined);
  wake('provisional', provisionalMs);
  wake('final', finalMs);
}

/** RFC 3261 16.7 steps 2 and 5: a 100 is for us alone. RFC 4320 4.1: only an INVITE has other provisional answers. */
function progress(draft: Draft, branch: number, response: SipResponse): void {
  const { request, timerCMs } = draft.options;
  if (response.status === 100 || request.method !== 'INVITE') return;
  draft.effects.push({ kind: 'wake', branch, timer: 'C', atMs: draft.nowMs + timerCMs });
  if (!draft.decided) draft.effects.push({ kind: 'forward', response });
}

function report(draft: Draft, branch: number, response: SipResponse): void {
  if (!draft.decided) draft.effects.push({ kind: 'report', branch, response });
}

/** A final failure enters the choice, or makes new targets. */
function settle(draft: Draft, branch: Branch, response: SipResponse): void {
  const { status } = response;
  const { simultaneous, followRedirects } = draft.options;
  const recursing = followRedirects && status >= 300 && status < 400 && !draft.stopped;
  const failure = recursing ? redirect(draft, branch, response) : response;
  put(draft, { ...branch, failure });
  // RFC 3261 16.7 step 5: a 6xx speaks for all; it is forwarded when the others have answered their CANCEL.
  if (status >= 600) stop(draft, []);
  // Credentials cannot be shown to one target after the other, so that the first that asks for them gets them.
  const challenge = !simultaneous && (status === 401 || status === 407);
  if (!challenge || draft.stopped) return;
  draft.effects.push({ kind: 'challenged', target: branch.target, response });
  stop(draft, []);
}

/** Puts the contacts of a 3xx right after the target that named them. Returns what is left of it. */
function redirect(draft: Draft, branch: Branch, response: SipResponse): SipResponse | undefined {
  const { targets, remainder } = recurse(response, {
    tried: draft.branches.map(({ target }) => target),
    room: draft.options.maxTargets - draft.branches.length,
    secure: uriScheme(draft.options.request.uri) === 'sips',
  });
  const firstId = draft.branches.length;
  const fresh = targets.map(
    (target, index): Branch => ({
      id: firstId + index,
      target,
      recursed: true,
      name: 'waiting',
      failure: undefined,
    }),
  );
  const at = draft.branches.findIndex(({ id }) => id === branch.id) + 1;
  draft.branches = [...draft.branches.slice(0, at), ...fresh, ...draft.branches.slice(at)];
  return remainder;
}

/** Tries no further target, and calls those off that have not answered. */
function stop(draft: Draft, reason: readonly SipHeader[]): void {
  draft.stopped = true;
  draft.reason = reason;
  for (const { id } of draft.branches) give(draft, id, 'cancel');
}

/** Tries the next target, or all of them; chooses when none is left to wait for. */
function finish(draft: Draft): ResponseContextStep {
  if (!draft.stopped) search(draft);
  if (!draft.decided && !draft.branches.some((branch) => isPending(branch) || branch.name === 'waiting'))
    choose(draft);
  const { options, branches, decided, stopped, cancelled, effects } = draft;
  return { state: { options, branches, decided, stopped, cancelled }, effects };
}

function search(draft: Draft): void {
  for (const { id, name } of draft.branches) {
    if (name !== 'waiting') continue;
    if (!draft.options.simultaneous && draft.branches.some(isPending)) return;
    give(draft, id, 'start');
  }
}

function choose(draft: Draft): void {
  const failures = draft.branches.flatMap(({ failure }) => failure ?? []);
  const best = bestResponse(failures, draft.cancelled) ?? ownAnswer(draft, draft.cancelled ? 487 : 408);
  // RFC 4320 4.2: a 408 would come when the caller has given up.
  if (best.status === 408 && draft.options.request.method !== 'INVITE')
    draft.effects.push({ kind: 'silence' });
  // RFC 3261 16.7 step 6: that one target is out of service does not mean that we are.
  else draft.effects.push({ kind: 'forward', response: best.status === 503 ? ownAnswer(draft, 500) : best });
  decide(draft);
}

function decide(draft: Draft): void {
  if (!draft.decided) draft.effects.push({ kind: 'done' });
  draft.decided = true;
}

function ownAnswer(draft: Draft, status: number): SipResponse {
  const { request, toTag } = draft.options;
  return responseTo(request, status, '', { toTag });
}

/** The pure half of a forking proxy: serial or simultaneous search, timeouts, redirects, choice of the answer. */
export const responseContext = { start, step };
