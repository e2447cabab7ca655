import { Button, Kbd, Text, TextInput } from '@mantine/core';
import type { CallBody } from '@ringback/contracts';
import { IconPhoneOutgoing } from '@tabler/icons-react';
import { type FormEvent, type KeyboardEvent, useState } from 'react';
import { troubleOf } from '../api/problem-error.ts';
import { usePlaceCall, useRegistrations, useSubscribers } from '../api/queries.ts';
import { numberOf } from '../phone/line-state.ts';
import { usePhoneState } from '../phone/use-phone.ts';
import { Panel } from '../ui/panel.tsx';
import { TroubleNote } from '../ui/trouble-note.tsx';
import { MAX_CALLER_LENGTH } from './default-text.ts';
import { type Choice, numberToRing, phonesOnline, ringLabel } from './destination.ts';
import { DestinationPicker } from './destination-picker.tsx';
import { useDraft } from './draft.ts';
import classes from './speak.module.css';
import { SpeechPreview } from './speech-preview.tsx';
import { TextField } from './text-field.tsx';
import { textLength } from './text-length.ts';
import { VoicePicker } from './voice-picker.tsx';

/** The main job: a text, a voice, and whom to ring. */
export function SpeakForm() {
  const { line } = usePhoneState();
  const own = numberOf(line);
  const phones = phonesOnline(useSubscribers().data ?? [], useRegistrations().data ?? [], own);
  const { text, setText, voice, setVoice, caller, setCaller } = useDraft();
  const [choice, setChoice] = useState<Choice>({ kind: 'this-page' });
  const [typed, setTyped] = useState('');
  const placing = usePlaceCall();

  const room = textLength(text).state;
  const speakable = room === 'fine' || room === 'near';
  const to = numberToRing(choice, { own, registered: line.kind === 'registered', phones, typed });
  const ready = speakable && to !== null;

  const ring = () => {
    if (!ready || placing.isPending) return;
    const body: CallBody = { to, text };
    if (voice) body.voiceId = voice.id;
    if (caller.trim() !== '') body.from = caller.trim();
    placing.mutate(body);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    ring();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) ring();
  };

  return (
    <Panel title="What should the phone say?">
      <form className={classes.form} onSubmit={submit} onKeyDown={onKeyDown}>
        <TextField text={text} onText={setText} />
        <div className={classes.side}>
          <VoicePicker voice={voice} onVoice={setVoice} />
          <SpeechPreview text={text} voice={voice} speakable={speakable} />
          <TextInput
            label="Caller name"
            description="What the phone shows while it rings"
            maxLength={MAX_CALLER_LENGTH}
            value={caller}
            onChange={({ currentTarget }) => setCaller(currentTarget.value)}
          />
        </div>
        <div className={classes.foot}>
          <DestinationPicker
            line={line}
            phones={phones}
            choice={choice}
            onChoice={setChoice}
            typed={typed}
            onTyped={setTyped}
          />
          <div className={classes.go}>
            <Text size="xs" c="dimmed" visibleFrom="sm">
              <Kbd size="xs">Ctrl</Kbd> <Kbd size="xs">Enter</Kbd>
            </Text>
            <Button
              type="submit"
              size="md"
              loading={placing.isPending}
              disabled={!ready}
              leftSection={<IconPhoneOutgoing size={18} aria-hidden />}
            >
              {ringLabel(choice, phones, typed.trim())}
            </Button>
          </div>
        </div>
      </form>
      {placing.isError && <TroubleNote mt="md" trouble={troubleOf(placing.error)} />}
    </Panel>
  );
}
