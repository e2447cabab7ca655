import { Button, Skeleton } from '@mantine/core';
import type { CallDetail, CallRecording } from '@ringback/contracts';
import { lazy, memo, type ReactNode, Suspense, useState } from 'react';
import { useRecording } from '../api/heard-queries.ts';
import { troubleOf } from '../api/problem-error.ts';
import { useHealth } from '../api/queries.ts';
import { isOver } from '../format/call-words.ts';
import { Panel } from '../ui/panel.tsx';
import { TroubleNote } from '../ui/trouble-note.tsx';
import { RecordButton } from './record-button.tsx';
import classes from './sound.module.css';

const CallSound = lazy(() => import('./call-sound.tsx'));

/** About twenty minutes: a browser decodes the whole of it into memory to draw it. */
const DRAWN_UNASKED_BYTES = 40_000_000;

/** What was heard: the recording with both parties in channels of their own. */
export const SoundPanel = memo(function SoundPanel({ call }: { call: CallDetail }) {
  const recording = useRecording(call.id);
  const isUp = call.answeredAt !== null && !isOver(call.status);
  const media = useHealth().data?.parts.find(({ part }) => part === 'media');
  const ours = media?.mode === 'embedded';
  return (
    <Panel
      title="Sound"
      aside={isUp && ours && <RecordButton callId={call.id} recording={recording.data ?? null} />}
    >
      {recording.isPending && <Skeleton h={120} />}
      {recording.isError && <TroubleNote trouble={troubleOf(recording.error)} />}
      {recording.data && <Recorded call={call} recording={recording.data} />}
      {recording.data === null && (
        <p className={classes.note}>
          {media && !ours
            ? 'An external media server carries the sound; what it records is not known here.'
            : whyNone(call)}
        </p>
      )}
    </Panel>
  );
});

function Recorded({ call, recording }: { call: CallDetail; recording: CallRecording }) {
  const [asked, setAsked] = useState<number | null>(null);
  const size = `${(recording.bytes / 1e6).toFixed(1)} MB`;
  if (recording.state !== 'ended')
    return (
      <Later
        words={recording.state === 'paused' ? 'The recording is paused.' : 'The call is being recorded.'}
      >
        <Button size="compact-sm" variant="default" onClick={() => setAsked((times) => (times ?? 0) + 1)}>
          {asked === null ? 'Show the sound so far' : 'Show the newest sound'}
        </Button>
        {asked !== null && <Drawn key={asked} call={call} recording={recording} />}
      </Later>
    );
  if (recording.bytes <= DRAWN_UNASKED_BYTES || asked !== null)
    return <Drawn call={call} recording={recording} />;
  return (
    <Later words={`The recording is long (${size}).`}>
      <Button size="compact-sm" variant="default" onClick={() => setAsked(1)}>
        Draw and play it here
      </Button>
    </Later>
  );
}

function Drawn(props: { call: CallDetail; recording: CallRecording }) {
  return (
    <Suspense fallback={<Skeleton h={160} />}>
      <CallSound {...props} />
    </Suspense>
  );
}

function Later({ words, children }: { words: string; children: ReactNode }) {
  return (
    <div className={classes.later}>
      <p className={classes.note}>{words}</p>
      {children}
    </div>
  );
}

function whyNone({ answeredAt, status }: CallDetail): string {
  if (answeredAt === null)
    return isOver(status)
      ? 'Nobody answered, so there is no sound.'
      : 'A call can be recorded from its answer on.';
  return isOver(status)
    ? 'This call was not recorded. Press Record while a call is up, or set RINGBACK_RECORD_CALLS=yes to have every call recorded.'
    : 'This call is not being recorded.';
}
