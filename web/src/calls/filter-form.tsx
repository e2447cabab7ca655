import { Button, Checkbox, Group, NativeSelect, Stack, TextInput } from '@mantine/core';
import { CALL_STATUS_LIST, statusWords } from '../format/call-words.ts';
import { type CallFilter, FILTER_NAMES, PERIODS } from './call-filter.ts';
import classes from './calls.module.css';

interface FilterFormProps {
  filter: CallFilter;
  onApply: (filter: CallFilter) => void;
}

const ANY = { value: '', label: 'Any' };

/** All conditions at once; the search stays as it is. */
export function FilterForm({ filter, onApply }: FilterFormProps) {
  const chosen = filter.status?.split(',') ?? [];
  const apply = (form: HTMLFormElement) => {
    const data = new FormData(form);
    const entries = FILTER_NAMES.map((name) => [name, data.getAll(name).join(',').trim()]);
    onApply({ ...Object.fromEntries(entries), q: filter.q ?? '' });
  };
  return (
    <form
      aria-label="Filter calls"
      onSubmit={(event) => {
        event.preventDefault();
        apply(event.currentTarget);
      }}
    >
      <Stack gap="sm">
        <fieldset className={classes.statuses}>
          <legend>Status</legend>
          {CALL_STATUS_LIST.map((status) => (
            <Checkbox
              key={status}
              size="xs"
              name="status"
              value={status}
              label={statusWords(status).word}
              defaultChecked={chosen.includes(status)}
            />
          ))}
        </fieldset>
        <Group grow>
          <TextInput name="caller" label="From" placeholder="Number or name" defaultValue={filter.caller} />
          <TextInput name="callee" label="To" placeholder="Number or name" defaultValue={filter.callee} />
        </Group>
        <NativeSelect
          name="when"
          label="When"
          defaultValue={filter.when ?? ''}
          data={[ANY, ...Object.entries(PERIODS).map(([value, label]) => ({ value, label }))]}
        />
        <Group grow>
          <TextInput name="from" type="date" label="From this day" defaultValue={filter.from} />
          <TextInput name="to" type="date" label="To this day" defaultValue={filter.to} />
        </Group>
        <Group grow>
          <TextInput
            name="minDuration"
            label="Talked at least (s)"
            inputMode="decimal"
            pattern="\d{1,6}(\.\d{1,3})?"
            defaultValue={filter.minDuration}
          />
          <TextInput
            name="maxDuration"
            label="Talked at most (s)"
            inputMode="decimal"
            pattern="\d{1,6}(\.\d{1,3})?"
            defaultValue={filter.maxDuration}
          />
        </Group>
        <Group grow>
          <TextInput
            name="mosBelow"
            label="MOS below"
            placeholder="3.6"
            inputMode="decimal"
            pattern="[1-5](\.\d{1,2})?"
            defaultValue={filter.mosBelow}
          />
          <TextInput
            name="sipStatus"
            label="SIP status"
            placeholder="486 or 4xx"
            pattern="[2-6](\d{2}|xx)"
            defaultValue={filter.sipStatus}
          />
        </Group>
        <Button type="submit" size="xs">
          Show these calls
        </Button>
      </Stack>
    </form>
  );
}
