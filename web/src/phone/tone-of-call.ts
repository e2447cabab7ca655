import type { CallState } from './call-state.ts';
import type { ToneName } from './tones.ts';

/** What a call in this state sounds like, besides the other side. */
export function toneOf(call: CallState): ToneName | null {
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
export function titleOf(call: CallState): string | null {
  if (call.kind !== 'incoming') return null;
  return `☎ ${call.peer.displayName ?? call.peer.number} is calling`;
}
