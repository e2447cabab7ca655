import { IconPhone } from '@tabler/icons-react';
import { shownCall } from '../phone/calls-state.ts';
import { usePhoneState } from '../phone/use-phone.ts';
import { CallTimer } from '../softphone/call-timer.tsx';
import classes from './frame.module.css';
import { NavItems } from './nav.tsx';

/** Pages and phone at the thumb; a call that is up stays in sight. */
export function BottomBar({ onPhone }: { onPhone: () => void }) {
  const call = shownCall(usePhoneState().calls)?.call;
  return (
    <nav className={classes.bar} aria-label="Pages">
      {call?.kind === 'active' && (
        <button type="button" className={classes.ongoing} onClick={onPhone}>
          <span>
            {call.hold.us ? 'On hold: ' : 'In call with '}
            {call.peer.displayName ?? call.peer.number}
          </span>
          <CallTimer sinceMs={call.answeredAtMs} />
        </button>
      )}
      <ul className={classes.items}>
        <NavItems />
        <li>
          <button type="button" className={classes.item} onClick={onPhone}>
            <IconPhone size={21} stroke={1.6} aria-hidden />
            Phone
          </button>
        </li>
      </ul>
    </nav>
  );
}
