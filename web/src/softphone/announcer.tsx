import { shownCall } from '../phone/calls-state.ts';
import { usePhoneState } from '../phone/use-phone.ts';
import { callWords } from './call-words.ts';

/** Tells a screen reader what the phone does, on whatever page its user is. */
export function Announcer() {
  const { calls } = usePhoneState();
  const shown = shownCall(calls);
  const waiting = calls.filter((one) => one !== shown && one.call.kind === 'incoming');
  const sentences = [...(shown ? [shown] : []), ...waiting].map(({ call }) => callWords(call));
  return (
    <div id="call-status" className="only-for-readers" aria-live="assertive">
      {sentences.join('. ')}
    </div>
  );
}
