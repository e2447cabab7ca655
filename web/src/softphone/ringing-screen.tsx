import { FocusTrap } from '@mantine/core';
import { IconPhone, IconPhoneOff } from '@tabler/icons-react';
import type { CallState } from '../phone/call-state.ts';
import { usePhone } from '../phone/use-phone.ts';
import { TroubleNote } from '../ui/trouble-note.tsx';
import { GREEN, RED } from './call-colors.ts';
import { Caller } from './caller-card.tsx';
import { ListenOnly } from './listen-only.tsx';
import classes from './softphone.module.css';

/** A call that rings on a narrow page takes the whole of it. */
export function RingingScreen({ call }: { call: CallState & { kind: 'incoming' } }) {
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
            <ListenOnly label="Answer and only listen" />
          </TroubleNote>
        )}
        <div className={classes.big}>
          <button type="button" className={classes.round} onClick={() => phone.input({ kind: 'reject' })}>
            <span style={{ background: RED }}>
              <IconPhoneOff size={32} aria-hidden />
            </span>
            Reject
          </button>
          <button
            type="button"
            className={classes.round}
            data-autofocus
            onClick={() => phone.input({ kind: 'answer', sound: 'microphone', automatic: false })}
          >
            <span style={{ background: GREEN }}>
              <IconPhone size={32} aria-hidden />
            </span>
            Answer
          </button>
        </div>
      </div>
    </FocusTrap>
  );
}
