import type { CallState } from './call-state.ts';
import { type CallsState, isWaiting, shownCall } from './calls-state.ts';
import type { ToneName } from './tones.ts';

/** What the phone sounds like, besides the other side. */
export function toneOf(calls: CallsState): ToneName | null {
  if (isWaiting(calls)) return 'call-waiting';
  const shown = shownCall(calls);
  return shown && toneOfCall(shown.call);
}

function toneOfCall(call: CallState): ToneName | null {
  switch (call.kind) {
    case 'incoming':
      return 'ring';
    case 'dialing':
      return call.stage === 'ringing' ? 'ring-back' : null;
    case 'ended':
      if (!call.failed || call.direction === 'incoming') return null;
      return call.busy ? 'busy' : 'congestion';
    case 'idle':
    case 'answering':
    case 'active':
      return null;
    default: {
      const never: never = call;
      throw new Error(`Unknown call ${JSON.stringify(never)}`);
    }
  }
}

/** The title of the page while something rings; null: its ordinary title. */
export function titleOf(calls: CallsState): string | null {
  const ringing = calls.find(({ call }) => call.kind === 'incoming')?.call;
  if (ringing?.kind !== 'incoming') return null;
  return `☎ ${ringing.peer.displayName ?? ringing.peer.number} is calling`;
}
