import { Badge, Combobox, Text } from '@mantine/core';
import { useIntersection } from '@mantine/hooks';
import type { Voice } from '@ringback/contracts';
import { useEffect, useState } from 'react';
import { providerWord } from '../format/call-words.ts';
import classes from './speak.module.css';
import { voiceFacts } from './voice-facts.ts';

/** As many are drawn at first, and as many more each time the end comes into sight. */
const DRAWN_AT_ONCE = 50;

export function VoiceOptions({ voices, chosen }: { voices: readonly Voice[]; chosen: Voice | null }) {
  const [room, setRoom] = useState(DRAWN_AT_ONCE);
  return (
    <Combobox.Options aria-label="Voices" mah={300} className={classes.options!} tabIndex={-1}>
      {voices.slice(0, room).map((voice) => (
        <Combobox.Option
          key={voice.id}
          value={voice.id}
          active={voice.id === chosen?.id}
          aria-selected={voice.id === chosen?.id}
        >
          <VoiceLine voice={voice} />
          <Text size="xs" c="dimmed">
            {voiceFacts(voice)}
          </Text>
        </Combobox.Option>
      ))}
      {voices.length === 0 && <Combobox.Empty>No voice is like that</Combobox.Empty>}
      {voices.length > room && <End key={room} onSeen={() => setRoom(room + DRAWN_AT_ONCE)} />}
    </Combobox.Options>
  );
}

export function VoiceLine({ voice }: { voice: Voice }) {
  return (
    <span className={classes.voice}>
      <span className={classes.voiceName}>{voice.name}</span>{' '}
      <Badge size="sm" radius="sm" variant="default" tt="none" fw={500} style={{ flex: 'none' }}>
        {providerWord(voice.provider)}
      </Badge>
    </span>
  );
}

/** The end of what is drawn. */
function End({ onSeen }: { onSeen: () => void }) {
  const { ref, entry } = useIntersection();
  const seen = entry?.isIntersecting ?? false;
  // biome-ignore lint/correctness/useExhaustiveDependencies: only coming into sight counts, not a new function
  useEffect(() => {
    if (seen) onSeen();
  }, [seen]);
  return <div ref={ref} style={{ height: 1 }} />;
}
