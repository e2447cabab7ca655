import { ActionIcon, Text, Tooltip } from '@mantine/core';
import type { SpeechBody, SpeechFile, Voice } from '@ringback/contracts';
import { IconPlayerPlayFilled, IconPlayerStopFilled } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { type Trouble, troubleOf } from '../api/problem-error.ts';
import { useSpeech } from '../api/queries.ts';
import { providerWord } from '../format/call-words.ts';
import { length } from '../format/duration.ts';
import { TroubleNote } from '../ui/trouble-note.tsx';
import classes from './speak.module.css';
import { Waveform } from './waveform.tsx';

interface SpeechPreviewProps {
  text: string;
  voice: Voice | null;
}

/** The text as the phone will hear it: mu-law, 8 kHz, one channel. */
export function SpeechPreview({ text, voice }: SpeechPreviewProps) {
  const speech = useSpeech();
  const audio = useRef<HTMLAudioElement>(null);
  const [playing, setPlaying] = useState(false);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const ready = text.trim() !== '';

  // biome-ignore lint/correctness/useExhaustiveDependencies: another text or voice is another sound
  useEffect(() => {
    audio.current?.pause();
    speech.reset();
    setTrouble(null);
  }, [text, voice?.id]);

  const play = async () => {
    setTrouble(null);
    try {
      const body: SpeechBody = { text, ...(voice ? { voiceId: voice.id } : {}) };
      const file = speech.data ?? (await speech.mutateAsync(body));
      if (!audio.current) return;
      audio.current.src = file.url;
      await audio.current.play();
    } catch (error) {
      setTrouble(troubleOf(error));
    }
  };

  return (
    <div>
      <div className={classes.preview}>
        <Tooltip label="Mu-law at 8 kHz, exactly as the phone hears it">
          <ActionIcon
            size={36}
            variant="default"
            disabled={!ready}
            loading={speech.isPending}
            aria-label={playing ? 'Stop the preview' : 'Preview as the phone hears it'}
            onClick={() => (playing ? audio.current?.pause() : void play())}
          >
            {playing ? <IconPlayerStopFilled size={16} /> : <IconPlayerPlayFilled size={16} />}
          </ActionIcon>
        </Tooltip>
        {speech.data ? (
          <>
            <Waveform url={speech.data.url} />
            <SpeechFacts file={speech.data} />
          </>
        ) : (
          <Text size="sm" c="dimmed">
            {speech.isPending ? 'The voice reads it…' : 'Preview as the phone hears it'}
          </Text>
        )}
      </div>
      {trouble && <TroubleNote mt={6} trouble={trouble} />}
      {/* biome-ignore lint/a11y/useMediaCaption: its words stand in the text field */}
      <audio
        ref={audio}
        onPlaying={() => setPlaying(true)}
        onPause={() => setPlaying(false)}
        onEnded={() => setPlaying(false)}
      />
    </div>
  );
}

function SpeechFacts({ file }: { file: SpeechFile }) {
  return (
    <span className={classes.facts} id="preview-facts">
      {length(file.durationMs)} · {providerWord(file.provider)} · {file.cached ? 'cached' : 'new'}
    </span>
  );
}
