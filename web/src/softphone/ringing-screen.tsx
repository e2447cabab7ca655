import { FocusTrap } from '@mantine/core';
import { IconPhone, IconPhoneOff, IconPhonePause } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { CallState } from '../phone/call-state.ts';
import { usePhone } from '../phone/use-phone.ts';
import { TroubleNote } from '../ui/trouble-note.tsx';
import { GREEN, RED } from './call-colors.ts';
import { Caller } from './caller-card.tsx';
import { ListenOnly } from './listen-only.tsx';
import classes from './softphone.module.css';

/** A call that rings on a narrow page takes the whole of it. */
export function RingingScreen({ id, call }: { id: string; call: CallState & { kind: 'incoming' } }) {
  const phone = usePhone();
  return (
    <FocusTrap active>
      <div
        className={classes.screen}
        data-tone="ringing"
        role="alertdialog"
        aria-modal
        aria-label="Incoming call"
      >
        <div style={{ display: 'grid', justifyItems: 'center', gap: 4, maxWidth: '100%' }}>
          <Caller peer={call.peer} what="is calling" />
        </div>
        {call.refusal && (
          <TroubleNote trouble={call.refusal} ta="start">
            <ListenOnly id={id} label="Answer and only listen" />
          </TroubleNote>
        )}
        <div className={classes.choices}>
          <button
            type="button"
            className={classes.busy}
            onClick={() => phone.toCall(id, { kind: 'reject', as: 'busy' })}
          >
            <IconPhonePause size={18} aria-hidden />
            Busy
          </button>
          <div className={classes.big}>
            <RoundButton
              color={RED}
              icon={<IconPhoneOff size={32} aria-hidden />}
              onClick={() => phone.toCall(id, { kind: 'reject', as: 'decline' })}
            >
              Reject
            </RoundButton>
            <RoundButton
              color={GREEN}
              icon={<IconPhone size={32} aria-hidden />}
              focused
              onClick={() => phone.toCall(id, { kind: 'answer', sound: 'microphone', automatic: false })}
            >
              Answer
            </RoundButton>
          </div>
        </div>
      </div>
    </FocusTrap>
  );
}

interface RoundButtonProps {
  color: string;
  icon: ReactNode;
  focused?: boolean;
  onClick: () => void;
  children: string;
}

function RoundButton({ color, icon, focused = false, onClick, children }: RoundButtonProps) {
  return (
    <button type="button" className={classes.round} data-autofocus={focused || undefined} onClick={onClick}>
      <span style={{ background: color }}>{icon}</span>
      {children}
    </button>
  );
}
