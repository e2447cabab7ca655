import { useQuery } from '@tanstack/react-query';
import type { KeyboardEvent, PointerEvent } from 'react';
import { length } from '../format/duration.ts';
import { peaksOf } from './peaks.ts';
import classes from './speak.module.css';

const BARS = 64;
const STEP_MS = 500;

interface WaveformProps {
  url: string;
  durationMs: number;
  positionMs: number;
  onSeek: (positionMs: number) => void;
}

/** The sound of that WAV file, as the browser decodes it, and how far it is played. */
export function Waveform({ url, durationMs, positionMs, onSeek }: WaveformProps) {
  const { data } = useQuery({
    queryKey: ['waveform', url],
    queryFn: () => readPeaks(url),
    staleTime: Infinity,
    retry: false,
  });
  const seek = (ms: number) => onSeek(Math.min(durationMs, Math.max(0, ms)));
  const onPointerDown = ({ clientX, currentTarget }: PointerEvent) => {
    const { left, width } = currentTarget.getBoundingClientRect();
    seek(((clientX - left) / width) * durationMs);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const target = soughtBy(event.key, positionMs, durationMs);
    if (target === null) return;
    event.preventDefault();
    seek(target);
  };
  return (
    <div
      className={classes.wave}
      role="slider"
      tabIndex={0}
      aria-label="Position in the preview"
      aria-valuemin={0}
      aria-valuemax={durationMs}
      aria-valuenow={Math.round(positionMs)}
      aria-valuetext={`${length(positionMs)} of ${length(durationMs)}`}
      onPointerDown={onPointerDown}
      onKeyDown={onKeyDown}
    >
      {data && <Bars peaks={data} played={positionMs / durationMs} />}
    </div>
  );
}

function Bars({ peaks, played }: { peaks: readonly number[]; played: number }) {
  return (
    <svg viewBox={`0 0 ${peaks.length} 2`} preserveAspectRatio="none" aria-hidden>
      {peaks.map((peak, at) => (
        <rect
          // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its place
          key={at}
          data-played={at < played * peaks.length || undefined}
          x={at + 0.2}
          y={1 - Math.max(0.03, peak)}
          width={0.6}
          height={2 * Math.max(0.03, peak)}
        />
      ))}
    </svg>
  );
}

function soughtBy(key: string, positionMs: number, durationMs: number): number | null {
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return positionMs - STEP_MS;
    case 'ArrowRight':
    case 'ArrowUp':
      return positionMs + STEP_MS;
    case 'Home':
      return 0;
    case 'End':
      return durationMs;
    default:
      return null;
  }
}

async function readPeaks(url: string): Promise<number[]> {
  const bytes = await (await fetch(url)).arrayBuffer();
  const decoded = await new OfflineAudioContext(1, 1, 8000).decodeAudioData(bytes);
  return peaksOf(decoded.getChannelData(0), BARS);
}
