import type { CSSProperties } from 'react';
import { timer } from '../format/duration.ts';
import classes from './sound.module.css';
import type { SoundMark } from './sound-marks.ts';

interface MarkLaneProps {
  marks: readonly SoundMark[];
  /** 0 while it is not known. */
  durationSec: number;
  select: (mark: SoundMark) => void;
  label: string;
}

/** Words and keys above or below the sound that they are of. */
export function MarkLane({ marks, durationSec, select, label }: MarkLaneProps) {
  if (durationSec === 0 || marks.length === 0) return null;
  return (
    <ul className={classes.lane} aria-label={label}>
      {marks.map((mark) => (
        <li key={`${mark.kind} ${mark.timeUs}`} style={placeOf(mark, durationSec)} data-kind={mark.kind}>
          <button
            type="button"
            title={`${timer(mark.fromSec * 1000)} ${wordsOf(mark)}`}
            onClick={() => select(mark)}
          >
            <span className="only-for-readers">{mark.kind === 'key' ? 'Key ' : 'Speech '}</span>
            {mark.text}
          </button>
        </li>
      ))}
    </ul>
  );
}

function wordsOf({ kind, text }: SoundMark): string {
  return kind === 'key' ? `DTMF ${text}` : text;
}

function placeOf({ fromSec, toSec }: SoundMark, durationSec: number): CSSProperties {
  const percent = (second: number) => Math.min(100, (100 * second) / durationSec);
  const left = percent(fromSec);
  if (toSec === null) return { insetInlineStart: `${left}%` };
  return { insetInlineStart: `${left}%`, width: `${Math.max(0, percent(toSec) - left)}%` };
}
