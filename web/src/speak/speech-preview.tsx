import { Button, Text } from '@mantine/core';
import type { SpeechBody, SpeechFile, Voice } from '@ringback/contracts';
import { IconPlayerPlayFilled, IconPlayerStopFilled } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { type Trouble, troubleOf } from '../api/problem-error.ts';
import { useSpeech } from '../api/queries.ts';
import { providerWord } from '../format/call-words.ts';
import { length } from '../format/duration.ts';
import { TroubleNote } from '../ui/trouble-note.tsx';
import { firstAudioWords } from './call-facts.ts';
import classes from './speak.module.css';
import { Waveform } from './waveform.tsx';

interface SpeechPreviewProps {
  text: string;
  voice: Voice | null;
  /** Whether the text can be spoken at all. */
  speakable: boolean;
}

/** The text as the phone will hear it: mu-law, 8 kHz, one channel. */
export function SpeechPreview({ text, voice, speakable }: SpeechPreviewProps) {
  const speech = useSpeech();
  const audio = useRef<HTMLAudioElement>(null);
  const [playing, setPlaying] = useState(false);
  const [positionMs, setPositionMs] = useState(0);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const file = speech.data;

  // biome-ignore lint/correctness/useExhaustiveDependencies: another text or voice is another sound
  useEffect(() => {
    audio.current?.pause();
    speech.reset();
    setTrouble(null);
    setPositionMs(0);
  }, [text, voice?.id]);

  const play = async () => {
    setTrouble(null);
    try {
      const body: SpeechBody = { text, ...(voice ? { voiceId: voice.id } : {}) };
      const { url } = file ?? (await speech.mutateAsync(body));
      if (!audio.current) return;
      if (!audio.current.src.endsWith(url)) audio.current.src = url;
      await audio.current.play();
    } catch (error) {
      setTrouble(troubleOf(error));
    }
  };
  const stop = () => {
    if (!audio.current) return;
    audio.current.pause();
    audio.current.currentTime = 0;
  };
  const seek = (ms: number) => {
    if (!audio.current || !file) return;
    if (!audio.current.src.endsWith(file.url)) audio.current.src = file.url;
    audio.current.currentTime = ms / 1000;
    setPositionMs(ms);
  };

  return (
    <div>
      <div className={classes.preview}>
        <Button
          variant="default"
          disabled={!speakable}
          loading={speech.isPending}
          aria-label={playing ? 'Stop the preview' : 'Preview as the phone hears it'}
          title="Mu-law at 8 kHz, exactly what the phone hears"
          leftSection={
            playing ? (
              <IconPlayerStopFilled size={14} aria-hidden />
            ) : (
              <IconPlayerPlayFilled size={14} aria-hidden />
            )
          }
          onClick={() => (playing ? stop() : void play())}
        >
          {playing ? 'Stop' : 'Preview'}
        </Button>
        {file ? (
          <Waveform url={file.url} durationMs={file.durationMs} positionMs={positionMs} onSeek={seek} />
        ) : (
          <Text size="sm" c="dimmed">
            {speech.isPending ? 'The voice reads it…' : 'as the phone hears it'}
          </Text>
        )}
      </div>
      {file && <SpeechFacts file={file} />}
      {trouble && <TroubleNote mt={6} trouble={trouble} />}
      {/* biome-ignore lint/a11y/useMediaCaption: its words stand in the text field */}
      <audio
        ref={audio}
        onPlaying={() => setPlaying(true)}
        onPause={() => setPlaying(false)}
        onEnded={() => setPlaying(false)}
        onTimeUpdate={({ currentTarget }) => setPositionMs(currentTarget.currentTime * 1000)}
      />
    </div>
  );
}

function SpeechFacts({ file }: { file: SpeechFile }) {
  const facts = [
    length(file.durationMs),
    providerWord(file.provider),
    file.cached ? 'cached' : 'new',
    firstAudioWords(file.firstAudioMs),
  ];
  return (
    <div className={classes.facts} id="preview-facts" role="status">
      {facts.join(' · ')}
    </div>
  );
}
