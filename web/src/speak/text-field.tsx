import { Group, Text, Textarea } from '@mantine/core';
import { textLength } from './text-length.ts';

interface TextFieldProps {
  text: string;
  onText: (text: string) => void;
}

/** What is to be spoken, and how much room is left for it. */
export function TextField({ text, onText }: TextFieldProps) {
  const { state, words } = textLength(text);
  return (
    <div>
      <Textarea
        id="text-to-speak"
        label="Text to speak"
        aria-describedby="text-count"
        aria-invalid={state === 'over' || undefined}
        error={state === 'over'}
        autosize
        minRows={7}
        maxRows={16}
        value={text}
        onChange={({ currentTarget }) => onText(currentTarget.value)}
      />
      <Group justify="space-between" pt={4} gap="xs">
        <Text size="xs" c="dimmed" role="status">
          {HINTS[state]}
        </Text>
        <Text size="xs" c={COLORS[state]} fw={state === 'fine' ? undefined : 550} id="text-count" ms="auto">
          {words}
        </Text>
      </Group>
    </div>
  );
}

/** Told to screen readers when it changes, which is not with every key. */
const HINTS = {
  empty: 'Write something for the voice to say.',
  fine: '',
  near: 'The text is near its limit.',
  over: 'The text is too long for one call: shorten it.',
} as const;

const COLORS = {
  empty: 'dimmed',
  fine: 'dimmed',
  near: 'var(--rb-ringing)',
  over: 'var(--rb-failed)',
} as const;
