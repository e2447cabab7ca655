import { Button, Group } from '@mantine/core';
import type { CallDetail, CallRecording, Leg } from '@ringback/contracts';
import {
  IconPlayerPause,
  IconPlayerPlay,
  IconRewindBackward5,
  IconRewindForward5,
} from '@tabler/icons-react';
import { useEffect, useMemo } from 'react';
import { soundPath } from '../api/heard-queries.ts';
import { timer } from '../format/duration.ts';
import { partyName } from '../format/party.ts';
import { useSelectedMoment } from '../moment/selected-moment.tsx';
import { TroubleNote } from '../ui/trouble-note.tsx';
import { MarkLane } from './mark-lane.tsx';
import classes from './sound.module.css';
import { soundMarks } from './sound-marks.ts';
import { useWaveform } from './use-waveform.ts';

const STEP_SEC = 5;

/** The recording drawn in two channels, to be played; a click, there or on a mark, marks the moment everywhere. */
export default function CallSound({ call, recording }: { call: CallDetail; recording: CallRecording }) {
  const startMs = Date.parse(recording.startedAt);
  const { timeUs, select } = useSelectedMoment();
  const wave = useWaveform(soundPath(call.id), (second) =>
    select(Math.round((startMs + second * 1000) * 1000)),
  );
  const marks = useMemo(() => soundMarks(call, recording.startedAt), [call, recording.startedAt]);
  const { seek, durationSec } = wave;
  const markedSec = timeUs === null ? null : timeUs / 1e6 - startMs / 1000;

  useEffect(() => {
    if (markedSec !== null && durationSec > 0) seek(Math.min(durationSec, Math.max(0, markedSec)));
  }, [markedSec, durationSec, seek]);

  const lane = (role: Leg['role']) => (
    <MarkLane
      marks={marks.filter((mark) => mark.role === role)}
      durationSec={durationSec}
      select={(mark) => select(mark.timeUs)}
      label={`In the sound from ${nameOf(call, role)}`}
    />
  );
  return (
    <div className={classes.sound}>
      {wave.failed && (
        <TroubleNote
          trouble={{
            sentence: 'The recording cannot be drawn.',
            remedy: 'Download it as WAV and play it there.',
          }}
        />
      )}
      <div className={classes.channels}>
        <ul className={classes.names} aria-label="Channels">
          <li>from {nameOf(call, 'caller')}</li>
          <li>from {nameOf(call, 'callee')}</li>
        </ul>
        <div className={classes.lanes}>
          {lane('caller')}
          <div ref={wave.place} className={classes.wave} data-drawn={durationSec > 0 || undefined} />
          {lane('callee')}
        </div>
      </div>
      <Group gap="xs">
        <Button
          size="compact-sm"
          disabled={durationSec === 0}
          leftSection={
            wave.playing ? (
              <IconPlayerPause size={14} aria-hidden />
            ) : (
              <IconPlayerPlay size={14} aria-hidden />
            )
          }
          onClick={wave.toggle}
        >
          {wave.playing ? 'Pause' : 'Play'}
        </Button>
        <Step name="Back 5 seconds" icon={<IconRewindBackward5 size={16} />} by={-STEP_SEC} wave={wave} />
        <Step name="Forward 5 seconds" icon={<IconRewindForward5 size={16} />} by={STEP_SEC} wave={wave} />
        <span className={classes.time}>
          {timer(wave.atSec * 1000)} / {timer(durationSec * 1000)}
        </span>
      </Group>
    </div>
  );
}

interface StepProps {
  name: string;
  icon: React.ReactNode;
  by: number;
  wave: Pick<ReturnType<typeof useWaveform>, 'seek' | 'atSec' | 'durationSec'>;
}

function Step({ name, icon, by, wave: { seek, atSec, durationSec } }: StepProps) {
  return (
    <Button
      size="compact-sm"
      variant="default"
      aria-label={name}
      disabled={durationSec === 0}
      onClick={() => seek(Math.min(durationSec, Math.max(0, atSec + by)))}
    >
      {icon}
    </Button>
  );
}

function nameOf({ legs, from, to }: CallDetail, role: Leg['role']): string {
  const leg = legs.find((each) => each.role === role && each.answeredAt !== null);
  return partyName(leg ?? (role === 'caller' ? from : to));
}
