import type { CSSProperties } from 'react';
import type { Tone } from '../format/call-words.ts';
import classes from './state-mark.module.css';

/** A state as a word, a colour and a shape: colour is never the only sign. */
export function StateMark({ tone, children }: { tone: Tone; children: string }) {
  const colors = {
    '--mark-color': `var(--rb-${tone})`,
    '--mark-soft': `var(--rb-${tone}-soft)`,
  } as CSSProperties;
  return (
    <span className={classes.mark} data-tone={tone} style={colors}>
      <span className={classes.dot} aria-hidden />
      {children}
    </span>
  );
}
