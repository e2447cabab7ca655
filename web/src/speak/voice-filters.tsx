import { NativeSelect } from '@mantine/core';
import classes from './speak.module.css';
import type { FilterChoice, FilterChoices, VoiceFilter } from './voice-search.ts';

interface VoiceFiltersProps {
  choices: FilterChoices;
  filter: VoiceFilter;
  onFilter: (filter: VoiceFilter) => void;
}

/** What the voices can be narrowed to; a filter with nothing to choose from is left out. */
export function VoiceFilters({ choices, filter, onFilter }: VoiceFiltersProps) {
  const select = (
    name: keyof VoiceFilter,
    label: string,
    data: readonly (FilterChoice | FilterChoices['labels'][number])[],
  ) =>
    data.length > 0 && (
      <NativeSelect
        size="xs"
        aria-label={label}
        data={[{ value: '', label: `Any ${label.toLowerCase()}` }, ...data]}
        value={filter[name]}
        onChange={({ currentTarget }) => onFilter({ ...filter, [name]: currentTarget.value })}
      />
    );
  return (
    <div className={classes.filters}>
      {select('language', 'Language', choices.languages)}
      {select('gender', 'Gender', choices.genders)}
      {select('provider', 'Provider', choices.providers)}
      {select('label', 'Label', choices.labels)}
    </div>
  );
}
