import { Button, Group, Text, Textarea, TextInput } from '@mantine/core';
import type { CallBody, Voice } from '@ringback/contracts';
import { IconPhoneOutgoing } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { troubleOf } from '../api/problem-error.ts';
import { usePlaceCall, useRegistrations, useSubscribers } from '../api/queries.ts';
import { dialTarget } from '../phone/dial-target.ts';
import { numberOf } from '../phone/line-state.ts';
import { usePhoneState } from '../phone/use-phone.ts';
import { Panel } from '../ui/panel.tsx';
import { TroubleNote } from '../ui/trouble-note.tsx';
import { DEFAULT_CALLER, DEFAULT_TEXT, MAX_CALLER_LENGTH, MAX_TEXT_LENGTH } from './default-text.ts';
import { type Choice, phonesOnline, ringLabel } from './destination.ts';
import { DestinationPicker } from './destination-picker.tsx';
import classes from './speak.module.css';
import { SpeechPreview } from './speech-preview.tsx';
import { VoicePicker } from './voice-picker.tsx';

/** The main job: a text, a voice, and whom to ring. */
export function SpeakForm() {
  const { line } = usePhoneState();
  const own = numberOf(line);
  const phones = phonesOnline(useSubscribers().data ?? [], useRegistrations().data ?? [], own);
  const [text, setText] = useState(DEFAULT_TEXT);
  const [voice, setVoice] = useState<Voice | null>(null);
  const [caller, setCaller] = useState(DEFAULT_CALLER);
  const [choice, setChoice] = useState<Choice>({ kind: 'this-page' });
  const [typed, setTyped] = useState('');
  const placing = usePlaceCall();

  const to = numberToRing(choice, own, typed);
  const registered = line.kind === 'registered';
  const ready =
    text.trim() !== '' &&
    text.length <= MAX_TEXT_LENGTH &&
    to !== null &&
    (choice.kind !== 'this-page' || registered);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready || to === null) return;
    const body: CallBody = { to, text };
    if (voice) body.voiceId = voice.id;
    if (caller.trim() !== '') body.from = caller.trim();
    placing.mutate(body);
  };

  return (
    <Panel title="What should the phone say?">
      <form className={classes.form} onSubmit={submit}>
        <div>
          <Textarea
            id="text-to-speak"
            label="Text to speak"
            autosize
            minRows={7}
            maxRows={16}
            maxLength={MAX_TEXT_LENGTH}
            value={text}
            onChange={({ currentTarget }) => setText(currentTarget.value)}
          />
          <Group justify="space-between" pt={4}>
            <Text size="xs" c="dimmed">
              {text.trim() === '' ? 'Write something for the voice to say.' : ''}
            </Text>
            <Text size="xs" c="dimmed" id="text-count">
              {text.length.toLocaleString()} / {MAX_TEXT_LENGTH.toLocaleString()}
            </Text>
          </Group>
        </div>
        <div className={classes.side}>
          <VoicePicker voice={voice} onVoice={setVoice} />
          <SpeechPreview text={text} voice={voice} />
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
            own={own}
            registered={registered}
            phones={phones}
            choice={choice}
            onChoice={setChoice}
            typed={typed}
            onTyped={setTyped}
          />
          <Button
            type="submit"
            size="md"
            ms="auto"
            loading={placing.isPending}
            disabled={!ready}
            leftSection={<IconPhoneOutgoing size={18} aria-hidden />}
          >
            {ringLabel(choice, phones, typed.trim())}
          </Button>
        </div>
      </form>
      {placing.isError && <TroubleNote mt="md" trouble={troubleOf(placing.error)} />}
    </Panel>
  );
}

function numberToRing(choice: Choice, own: string | null, typed: string): string | null {
  if (choice.kind === 'this-page') return own;
  return choice.kind === 'phone' ? choice.number : dialTarget(typed);
}
