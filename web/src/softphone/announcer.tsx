import type { CallState } from '../phone/call-state.ts';
import { usePhoneState } from '../phone/use-phone.ts';
import { progressWords } from './progress-view.tsx';

/** Tells a screen reader what the call does, on whatever page its user is. */
export function Announcer() {
  const { call } = usePhoneState();
  return (
    <div id="call-status" className="only-for-readers" aria-live="assertive">
      {callWords(call)}
    </div>
  );
}

function callWords(call: CallState): string {
  switch (call.kind) {
    case 'idle':
      return '';
    case 'incoming':
      return `${call.peer.displayName ?? ''} ${call.peer.number} is calling`.trim();
    case 'answering':
    case 'dialing':
      return progressWords(call);
    case 'active':
      return `In call with ${call.peer.displayName ?? call.peer.number}${call.muted ? ', muted' : ''}`;
    case 'ended':
      return call.sentence;
    default: {
      const never: never = call;
      throw new Error(`Unknown call ${JSON.stringify(never)}`);
    }
  }
}
