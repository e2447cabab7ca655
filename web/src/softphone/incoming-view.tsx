import { Button } from '@mantine/core';
import { IconPhone, IconPhoneOff, IconPhonePause } from '@tabler/icons-react';
import type { CallState } from '../phone/call-state.ts';
import { usePhone } from '../phone/use-phone.ts';
import { TroubleNote } from '../ui/trouble-note.tsx';
import { GREEN, RED } from './call-colors.ts';
import { CallerCard } from './caller-card.tsx';
import { ListenOnly } from './listen-only.tsx';
import classes from './softphone.module.css';

export function IncomingView({ id, call }: { id: string; call: CallState & { kind: 'incoming' } }) {
  const phone = usePhone();
  return (
    <section aria-label="Incoming call" style={{ display: 'contents' }}>
      <CallerCard peer={call.peer} tone="ringing" what="is calling" />
      {call.refusal && (
        <TroubleNote trouble={call.refusal}>
          <ListenOnly id={id} label="Answer and only listen" />
        </TroubleNote>
      )}
      <div className={classes.buttons}>
        <Button
          size="md"
          color={RED}
          leftSection={<IconPhoneOff size={18} />}
          onClick={() => phone.toCall(id, { kind: 'reject', as: 'decline' })}
        >
          Reject
        </Button>
        <Button
          size="md"
          color={GREEN}
          leftSection={<IconPhone size={18} />}
          onClick={() => phone.toCall(id, { kind: 'answer', sound: 'microphone', automatic: false })}
        >
          Answer
        </Button>
      </div>
      <Button
        variant="default"
        leftSection={<IconPhonePause size={18} />}
        title="Your other phones ring on (486); Reject ends the call on all of them (603)"
        onClick={() => phone.toCall(id, { kind: 'reject', as: 'busy' })}
      >
        Busy
      </Button>
    </section>
  );
}
