import { Button, Group } from '@mantine/core';
import type { CallRecording } from '@ringback/contracts';
import { IconPlayerPause, IconPlayerRecordFilled } from '@tabler/icons-react';
import { useSetRecording } from '../api/heard-queries.ts';
import { troubleOf } from '../api/problem-error.ts';
import { StateMark } from '../ui/state-mark.tsx';
import { TroubleNote } from '../ui/trouble-note.tsx';

/** Begins and pauses the recording of a call that is up. */
export function RecordButton({ callId, recording }: { callId: string; recording: CallRecording | null }) {
  const change = useSetRecording(callId);
  const running = recording?.state === 'running';
  return (
    <Group gap="xs">
      {change.isError && <TroubleNote trouble={troubleOf(change.error)} />}
      <span role="status">{running && <StateMark tone="live">recording</StateMark>}</span>
      <Button
        size="compact-sm"
        variant="default"
        loading={change.isPending}
        leftSection={
          running ? (
            <IconPlayerPause size={14} aria-hidden />
          ) : (
            <IconPlayerRecordFilled size={14} aria-hidden />
          )
        }
        onClick={() => change.mutate(!running)}
      >
        {running ? 'Pause recording' : recording ? 'Go on recording' : 'Record'}
      </Button>
    </Group>
  );
}
