import { Button, Text } from '@mantine/core';
import {
  IconMicrophone,
  IconMicrophoneOff,
  IconPhoneOff,
  IconPhonePlus,
  IconPlayerPause,
  IconPlayerPlay,
  IconVolume,
} from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import type { ActiveCall } from '../phone/call-state.ts';
import { usePhone } from '../phone/use-phone.ts';
import { RED } from './call-colors.ts';
import { CallMeters } from './call-meters.tsx';
import { CallTimer } from './call-timer.tsx';
import { holdWords } from './call-words.ts';
import { CallerCard } from './caller-card.tsx';
import { DialForm } from './dial-form.tsx';
import { ECHO_NUMBER, EchoCheck } from './echo-check.tsx';
import classes from './softphone.module.css';
import { ToneKeys } from './tone-keys.tsx';

/** A call that is up, whether it talks or is on hold. */
export function ActiveView({ id, call }: { id: string; call: ActiveCall }) {
  const phone = usePhone();
  const [adding, setAdding] = useState(false);
  const held = holdWords(call.hold, call.peer);
  const listens = call.sound === 'silence';
  return (
    <section aria-label="Call in progress" style={{ display: 'contents' }}>
      <CallerCard
        peer={call.peer}
        tone={held ? 'waiting' : 'live'}
        what={held ?? (listens ? 'in call · you only listen' : 'in call')}
      >
        <span className={classes.time}>
          <CallTimer sinceMs={call.answeredAtMs} />
        </span>
        {!held && <CallMeters id={id} />}
      </CallerCard>
      {call.peer.number === ECHO_NUMBER && !held && !listens && <EchoCheck id={id} />}
      {call.soundBlocked && (
        <Button variant="light" leftSection={<IconVolume size={18} />} onClick={() => phone.allowSound()}>
          Let the browser play the sound
        </Button>
      )}
      <CallButtons id={id} call={call} adding={adding} onAdd={() => setAdding(!adding)} />
      {adding ? <DialForm onDialled={() => setAdding(false)} /> : <CallKeys call={call} />}
    </section>
  );
}

interface CallButtonsProps {
  id: string;
  call: ActiveCall;
  adding: boolean;
  onAdd: () => void;
}

function CallButtons({ id, call, adding, onAdd }: CallButtonsProps) {
  const phone = usePhone();
  const listens = call.sound === 'silence';
  const { wanted } = call.hold;
  const mute = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    // The button that answered is gone: whoever works by keyboard goes on from the first of the call's own.
    if (document.activeElement === document.body) mute.current?.focus();
  }, []);
  return (
    <>
      <div className={classes.actions}>
        <button
          ref={mute}
          type="button"
          className={classes.action}
          disabled={listens}
          aria-pressed={call.muted}
          onClick={() => phone.toCall(id, { kind: 'mute', on: !call.muted })}
        >
          {call.muted || listens ? <IconMicrophoneOff size={20} /> : <IconMicrophone size={20} />}
          {call.muted ? 'Unmute' : 'Mute'}
        </button>
        <button
          type="button"
          className={classes.action}
          aria-pressed={wanted}
          onClick={() => phone.toCall(id, { kind: 'hold', on: !wanted })}
        >
          {wanted ? <IconPlayerPlay size={20} /> : <IconPlayerPause size={20} />}
          {wanted ? 'Resume' : 'Hold'}
        </button>
        <button type="button" className={classes.action} aria-expanded={adding} onClick={onAdd}>
          <IconPhonePlus size={20} />
          Add call
        </button>
      </div>
      <Button
        size="md"
        color={RED}
        leftSection={<IconPhoneOff size={18} />}
        onClick={() => phone.toCall(id, { kind: 'hang-up' })}
      >
        Hang up
      </Button>
    </>
  );
}

function CallKeys({ call }: { call: ActiveCall }) {
  if (call.hold.wanted)
    return (
      <Text size="sm" ta="center" c="dimmed">
        Neither of you hears the other until you resume.
      </Text>
    );
  return <ToneKeys call={call} />;
}
