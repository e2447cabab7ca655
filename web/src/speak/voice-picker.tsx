import { Badge, Combobox, Input, InputBase, Loader, Skeleton, Text, useCombobox } from '@mantine/core';
import { useDebouncedValue, useIntersection } from '@mantine/hooks';
import type { Voice } from '@ringback/contracts';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { troubleOf } from '../api/problem-error.ts';
import { useVoices } from '../api/queries.ts';
import { providerWord } from '../format/call-words.ts';
import { TroubleNote } from '../ui/trouble-note.tsx';
import classes from './speak.module.css';
import { voiceFacts } from './voice-facts.ts';

const SEARCH_PAUSE_MS = 200;

interface VoicePickerProps {
  voice: Voice | null;
  onVoice: (voice: Voice) => void;
}

/** Every voice of the provider, searched and paged by the server. The first one is chosen until the user chooses. */
export function VoicePicker({ voice, onVoice }: VoicePickerProps) {
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed.trim(), SEARCH_PAUSE_MS);
  const voices = useVoices(search);
  const list = voices.data?.pages.flatMap((page) => page.voices) ?? [];
  const combobox = useCombobox({
    onDropdownClose: () => {
      combobox.resetSelectedOption();
      setTyped('');
    },
    onDropdownOpen: () => combobox.focusSearchInput(),
  });

  const first = list[0];
  useEffect(() => {
    if (!voice && first && search === '') onVoice(first);
  }, [voice, first, search, onVoice]);

  const choose = (id: string) => {
    const chosen = list.find((entry) => entry.id === id);
    if (chosen) onVoice(chosen);
    combobox.closeDropdown();
  };

  if (voices.isError && list.length === 0) return <TroubleNote trouble={troubleOf(voices.error)} />;
  if (!voice && voices.isPending) return <Skeleton h={58} aria-label="Voices are loading" />;
  return (
    <Combobox store={combobox} onOptionSubmit={choose} withinPortal>
      <Combobox.Target targetType="button">
        <InputBase
          label="Voice"
          component="button"
          type="button"
          pointer
          rightSection={<Combobox.Chevron />}
          rightSectionPointerEvents="none"
          onClick={() => combobox.toggleDropdown()}
        >
          {voice ? <VoiceLine voice={voice} /> : <Input.Placeholder>No voice</Input.Placeholder>}
        </InputBase>
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Search
          aria-label="Search voices"
          placeholder="Name, language, gender, label"
          leftSection={<IconSearch size={16} aria-hidden />}
          rightSection={voices.isFetching && <Loader size={14} />}
          value={typed}
          onChange={({ currentTarget }) => setTyped(currentTarget.value)}
        />
        <Combobox.Options mah={280} style={{ overflowY: 'auto' }}>
          {list.map((entry) => (
            <Combobox.Option key={entry.id} value={entry.id} active={entry.id === voice?.id}>
              <VoiceLine voice={entry} />
              <Text size="xs" c="dimmed">
                {voiceFacts(entry)}
              </Text>
            </Combobox.Option>
          ))}
          {list.length === 0 && !voices.isFetching && (
            <Combobox.Empty>No voice matches “{search}”</Combobox.Empty>
          )}
          {voices.hasNextPage && (
            <MoreVoices onSeen={() => void voices.fetchNextPage()} busy={voices.isFetchingNextPage} />
          )}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}

function VoiceLine({ voice }: { voice: Voice }) {
  return (
    <span className={classes.voice}>
      <span className={classes.voiceName}>{voice.name}</span>
      <Badge size="sm" radius="sm" variant="default" tt="none" fw={500} style={{ flex: 'none' }}>
        {providerWord(voice.provider)}
      </Badge>
    </span>
  );
}

/** The end of what was read: coming into sight reads the next page. */
function MoreVoices({ onSeen, busy }: { onSeen: () => void; busy: boolean }) {
  const { ref, entry } = useIntersection();
  const seen = entry?.isIntersecting ?? false;
  // biome-ignore lint/correctness/useExhaustiveDependencies: only coming into sight counts, not a new function
  useEffect(() => {
    if (seen && !busy) onSeen();
  }, [seen, busy]);
  return (
    <Text ref={ref} size="xs" c="dimmed" ta="center" py={6}>
      More voices…
    </Text>
  );
}
