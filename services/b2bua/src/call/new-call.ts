import { CALL_ID_HEADER, type Call, partyKindOf } from '@ringback/contracts';
import { header } from '@ringback/sip';
import type { BindingRow } from '@ringback/store';
import { uuidv7 } from 'uuidv7';
import type { MediaServer } from '../media/media-server.ts';
import { calleeSide, callerSide } from '../media/profile.ts';
import { partyHeader } from '../routing/caller-identity.ts';
import { nextHop } from '../routing/next-hop.ts';
import { formatSource, type Incoming } from '../sip-server/incoming.ts';
import { ALLOW } from '../sip-server/respond.ts';
import { VOICE_NUMBER } from '../subscribers/session-issuer.ts';
import type { Admitted } from './admission.ts';
import type { CallActionDeps, CallParts } from './call-actions.ts';
import { refuseCall, startCall } from './call-machine.ts';
import { CallMedia } from './call-media.ts';
import { CallRecord, type CallRecordDeps } from './call-record.ts';
import { CallShell } from './call-shell.ts';
import type { CalleeLeg, NewLeg } from './callee-leg.ts';
import type { CallerLeg } from './caller-leg.ts';
import { freshCall } from './fresh-call.ts';

export interface NewCallDeps extends CallActionDeps, CallRecordDeps {
  readonly mediaServer: MediaServer;
  readonly domain: string;
  readonly noAnswerMs: number;
}

/** Makes a call of an INVITE that was admitted: its record, its legs, and the machine that runs it. */
export function newCall(
  deps: NewCallDeps,
  incoming: Incoming,
  caller: CallerLeg,
  admitted: Admitted,
): CallShell {
  const { route, asked } = admitted;
  const now = new Date(deps.nowMs()).toISOString();
  const call = asked?.call ?? freshCall(asked?.id ?? uuidv7(), admitted.from, route.to, now);
  const record = new CallRecord(deps, call, asked?.call != null);
  const callerLegId = uuidv7();
  record.legAdded(callerLegOf(callerLegId, call.id, incoming, admitted, now));
  const groups = route.kind === 'dial' ? route.groups.map((group) => group.map(calleeLeg)) : [];
  const callerSdp = new TextDecoder().decode(incoming.message.body);
  const parts: CallParts = {
    record,
    media: new CallMedia(
      deps.mediaServer,
      deps.logger,
      { leg: callerLegId, side: callerSide(callerSdp) },
      (legId, key) => record.keyPressed(legId, key, 'rtp-event'),
    ),
    caller,
    callerLegId,
    callerSdp,
    callees: new Map(groups.flat().map((leg) => [leg.id, leg])),
    inviteFor: (leg) => ({
      uri: leg.binding.contact,
      proxy: nextHop(leg.binding),
      headers: inviteHeaders(deps.domain, call, admitted, leg),
    }),
    newLeg: (leg, sipCallId) =>
      calleeLegOf(leg, call, admitted, sipCallId, new Date(deps.nowMs()).toISOString()),
  };
  const first =
    route.kind === 'refuse'
      ? refuseCall(route.end, deps.nowMs())
      : startCall(
          groups.map((group) => group.map(({ id }) => id)),
          deps.noAnswerMs,
        );
  return new CallShell(deps, parts, first);
}

function calleeLeg(binding: BindingRow): CalleeLeg {
  const isVoice = binding.number === VOICE_NUMBER;
  return {
    id: uuidv7(),
    binding,
    kind: partyKindOf(isVoice ? 'voice' : 'subscriber', binding.transport),
    side: calleeSide(binding.transport, isVoice),
    invite: undefined,
    dialog: undefined,
    canceled: false,
  };
}

/** The called phone shows the caller's name and, in To, what was dialled. drachtio adds the From tag and Contact. */
function inviteHeaders(
  domain: string,
  call: Call,
  { from, route }: Admitted,
  { kind }: CalleeLeg,
): Record<string, string> {
  return {
    From: partyHeader(from, domain),
    To: partyHeader({ number: route.to.number, displayName: null }, domain),
    'User-Agent': 'Ringback',
    Allow: ALLOW,
    ...(kind === 'voice' ? { [CALL_ID_HEADER]: call.id } : {}),
  };
}

function callerLegOf(
  id: string,
  callId: string,
  incoming: Incoming,
  { subscriber, from }: Admitted,
  startedAt: string,
): NewLeg {
  return {
    id,
    callId,
    role: 'caller',
    sipCallId: header(incoming.message, 'Call-ID') ?? '',
    number: from.number,
    displayName: from.displayName,
    kind: partyKindOf(subscriber.kind, incoming.transport),
    transport: incoming.transport,
    remoteAddress: formatSource(incoming),
    userAgent: header(incoming.message, 'User-Agent')?.slice(0, 200) ?? null,
    startedAt,
  };
}

function calleeLegOf(
  { id, binding, kind }: CalleeLeg,
  call: Call,
  { route }: Admitted,
  sipCallId: string,
  startedAt: string,
): NewLeg {
  return {
    id,
    callId: call.id,
    role: 'callee',
    sipCallId,
    number: route.to.number,
    displayName: route.to.displayName,
    kind,
    transport: binding.transport,
    remoteAddress: binding.remoteAddress,
    userAgent: binding.userAgent,
    startedAt,
  };
}
