import { Button, Text } from '@mantine/core';
import { IconMicrophone, IconMicrophoneOff, IconPhoneOff, IconVolume } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import type { ActiveCall } from '../phone/call-state.ts';
import { usePhone } from '../phone/use-phone.ts';
import { RED } from './call-colors.ts';
import { CallTimer } from './call-timer.tsx';
import { CallerCard } from './caller-card.tsx';
import { DialPad } from './dial-pad.tsx';
import classes from './softphone.module.css';

export function ActiveView({ call }: { call: ActiveCall }) {
  const phone = usePhone();
  const listens = call.sound === 'silence';
  const mute = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    // The button that answered is gone: whoever works by keyboard goes on from the first of the call's own.
    if (document.activeElement === document.body) mute.current?.focus();
  }, []);
  return (
    <section aria-label="Call in progress" style={{ display: 'contents' }}>
      <CallerCard peer={call.peer} tone="live" what={listens ? 'in call · you only listen' : 'in call'}>
        <span className={classes.time}>
          <CallTimer sinceMs={call.answeredAtMs} />
        </span>
      </CallerCard>
      {call.soundBlocked && (
        <Button variant="light" leftSection={<IconVolume size={18} />} onClick={() => phone.allowSound()}>
          Let the browser play the sound
        </Button>
      )}
      <div className={classes.buttons}>
        <Button
          ref={mute}
          size="md"
          variant="default"
          disabled={listens}
          aria-pressed={call.muted}
          leftSection={call.muted || listens ? <IconMicrophoneOff size={18} /> : <IconMicrophone size={18} />}
          onClick={() => phone.input({ kind: 'mute', on: !call.muted })}
        >
          {call.muted ? 'Unmute' : 'Mute'}
        </Button>
        <Button
          size="md"
          color={RED}
          leftSection={<IconPhoneOff size={18} />}
          onClick={() => phone.input({ kind: 'hang-up' })}
        >
          Hang up
        </Button>
      </div>
      <Text
        size="sm"
        ta="center"
        mih={21}
        c={call.tonesRefused ? 'var(--rb-text)' : 'dimmed'}
        aria-live="polite"
      >
        {call.tonesRefused
          ? 'The other side takes no keys (no telephone-event).'
          : call.tones || 'Keys are sent as tones'}
      </Text>
      <DialPad onKey={phone.pressKey} label="Tones" takesTyping />
    </section>
  );
}
