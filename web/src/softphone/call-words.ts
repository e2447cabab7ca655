import { timer } from '../format/duration.ts';
import type { CallState, Hold, Peer } from '../phone/call-state.ts';

export function nameOf({ displayName, number }: Peer): string {
  return displayName ?? number;
}

/** Who holds, from where our user sits. Null: nobody does. */
export function holdWords({ us, them }: Hold, peer: Peer): string | null {
  if (us && them) return `on hold by you and by ${nameOf(peer)}`;
  if (us) return 'on hold by you';
  return them ? `${nameOf(peer)} has put you on hold` : null;
}

/** What a call that begins is doing. */
export function progressWords(call: CallState & { kind: 'answering' | 'dialing' }): string {
  switch (call.stage) {
    case 'microphone':
      return 'waiting for the microphone: allow it in the browser';
    case 'refused':
      return 'not called yet';
    case 'connecting':
      return 'connecting';
    case 'trying':
      return 'calling';
    case 'ringing':
      return 'ringing';
    default: {
      const never: never = call;
      throw new Error(`Unknown stage ${JSON.stringify(never)}`);
    }
  }
}

/** The call in one sentence, for whoever cannot see it. */
export function callWords(call: CallState): string {
  switch (call.kind) {
    case 'idle':
      return '';
    case 'incoming':
      return `${call.peer.displayName ?? ''} ${call.peer.number} is calling`.trim();
    case 'answering':
    case 'dialing':
      return progressWords(call);
    case 'active': {
      const held = holdWords(call.hold, call.peer);
      const muted = call.muted ? ', muted' : '';
      return `${held ? `${nameOf(call.peer)}: ${held}` : `In call with ${nameOf(call.peer)}`}${muted}`;
    }
    case 'ended':
      return call.sentence;
    default: {
      const never: never = call;
      throw new Error(`Unknown call ${JSON.stringify(never)}`);
    }
  }
}

/** `renews in 0:43`: the registration, before it runs out. */
export function renewalWords(renewsAtMs: number, nowMs: number): string {
  return renewsAtMs > nowMs ? `renews in ${timer(renewsAtMs - nowMs)}` : 'renewing';
}
