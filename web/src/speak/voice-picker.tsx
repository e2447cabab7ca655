import { Anchor, Combobox, Input, InputBase, Skeleton, useCombobox } from '@mantine/core';
import type { Voice } from '@ringback/contracts';
import { IconSearch } from '@tabler/icons-react';
import { type FocusEvent, type KeyboardEvent, useEffect, useMemo, useState } from 'react';
import { TroubleNote } from '../ui/trouble-note.tsx';
import classes from './speak.module.css';
import { useAllVoices } from './use-all-voices.ts';
import { VoiceFilters } from './voice-filters.tsx';
import { VoiceLine, VoiceOptions } from './voice-options.tsx';
import { ANY_VOICE, filterChoices, matchingVoices } from './voice-search.ts';

interface VoicePickerProps {
  voice: Voice | null;
  onVoice: (voice: Voice) => void;
}

/** Every voice there is, searched and filtered as one types. The first one is chosen until the user chooses. */
export function VoicePicker({ voice, onVoice }: VoicePickerProps) {
  const [filter, setFilter] = useState(ANY_VOICE);
  const combobox = useCombobox({
    onDropdownClose: () => combobox.resetSelectedOption(),
    onDropdownOpen: () => combobox.focusSearchInput(),
  });
  const { voices, reading, pending, trouble } = useAllVoices(combobox.dropdownOpened);
  const found = useMemo(() => matchingVoices(voices, filter), [voices, filter]);
  const choices = useMemo(() => filterChoices(voices), [voices]);

  const first = voices[0];
  useEffect(() => {
    if (!voice && first) onVoice(first);
  }, [voice, first, onVoice]);

  const narrow = (next: typeof filter) => {
    setFilter(next);
    combobox.resetSelectedOption();
  };
  const clear = () => {
    narrow(ANY_VOICE);
    combobox.focusSearchInput();
  };
  const choose = (id: string) => {
    const chosen = voices.find((entry) => entry.id === id);
    if (chosen) onVoice(chosen);
    combobox.closeDropdown();
    combobox.focusTarget();
  };
  const leave = ({ currentTarget, relatedTarget }: FocusEvent) => {
    if (relatedTarget && !currentTarget.contains(relatedTarget)) combobox.closeDropdown();
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !combobox.dropdownOpened) return;
    combobox.closeDropdown();
    combobox.focusTarget();
  };

  if (!voice && pending) return <Skeleton h={58} role="status" aria-label="Voices are loading" />;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: focus that leaves closes what hangs on the button
    <div onBlur={leave} onKeyDown={onKeyDown}>
      {/* In place, not at the end of the document: Tab goes from the button into the search and on to the filters. */}
      <Combobox store={combobox} onOptionSubmit={choose} withinPortal={false} width="target">
        <Combobox.Target targetType="button">
          <InputBase
            label="Voice"
            component="button"
            type="button"
            pointer
            id="voice"
            aria-labelledby="voice-label voice"
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
            placeholder={`Search ${voices.length.toLocaleString('en')} voices`}
            leftSection={<IconSearch size={16} aria-hidden />}
            value={filter.words}
            onChange={({ currentTarget }) => narrow({ ...filter, words: currentTarget.value })}
          />
          <VoiceFilters choices={choices} filter={filter} onFilter={narrow} />
          <VoiceOptions voices={found} chosen={voice} />
          <div className={classes.found}>
            <span role="status">
              {found.length === 1 ? '1 voice' : `${found.length.toLocaleString('en')} voices`}
              {reading && ', reading more'}
            </span>
            {filter !== ANY_VOICE && (
              <Anchor component="button" type="button" size="xs" onClick={clear}>
                Clear
              </Anchor>
            )}
          </div>
        </Combobox.Dropdown>
      </Combobox>
      {trouble && <TroubleNote mt={6} trouble={trouble} />}
    </div>
  );
}
