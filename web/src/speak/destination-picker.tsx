import { Group, Radio, Stack, Text, TextInput } from '@mantine/core';
import { partyName } from '../format/party.ts';
import { dialTarget } from '../phone/dial-target.ts';
import type { Choice, Phone } from './destination.ts';

interface DestinationPickerProps {
  own: string | null;
  registered: boolean;
  phones: readonly Phone[];
  choice: Choice;
  onChoice: (choice: Choice) => void;
  typed: string;
  onTyped: (typed: string) => void;
}

const PHONE = 'phone:';

export function DestinationPicker({
  own,
  registered,
  phones,
  choice,
  onChoice,
  typed,
  onTyped,
}: DestinationPickerProps) {
  const invalid = typed.trim() !== '' && dialTarget(typed) === null;
  return (
    <Stack gap="xs" style={{ flex: 1, minWidth: 'min(100%, 320px)' }}>
      <Radio.Group
        label="Whom to ring"
        value={radioValue(choice)}
        onChange={(value) => onChoice(choiceOfRadio(value))}
      >
        <Group gap="md" pt={6}>
          <Radio value="this-page" label={`This browser${own ? ` (${own})` : ''}`} />
          {phones.map(({ number, displayName, devices }) => (
            <Radio
              key={number}
              value={PHONE + number}
              label={
                <>
                  {partyName({ number, displayName })}
                  <Text span size="xs" c="dimmed">
                    {' '}
                    {devices}
                  </Text>
                </>
              }
            />
          ))}
          <Radio value="other" label="Another number" />
        </Group>
      </Radio.Group>
      {choice.kind === 'this-page' && !registered && (
        <Text size="xs" c="dimmed">
          This browser can ring as soon as its phone is registered.
        </Text>
      )}
      {choice.kind === 'other' && (
        <TextInput
          aria-label="Number to ring"
          placeholder="1002"
          maw={260}
          value={typed}
          onChange={({ currentTarget }) => onTyped(currentTarget.value)}
          error={invalid ? 'Digits, letters, + * # . _ - are possible' : null}
        />
      )}
    </Stack>
  );
}

function radioValue(choice: Choice): string {
  return choice.kind === 'phone' ? PHONE + choice.number : choice.kind;
}

function choiceOfRadio(value: string): Choice {
  if (value.startsWith(PHONE)) return { kind: 'phone', number: value.slice(PHONE.length) };
  return value === 'other' ? { kind: 'other' } : { kind: 'this-page' };
}
