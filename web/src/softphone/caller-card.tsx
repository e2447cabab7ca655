import type { ReactNode } from 'react';
import type { Tone } from '../format/call-words.ts';
import type { Peer } from '../phone/call-state.ts';
import classes from './softphone.module.css';

interface CallerCardProps {
  peer: Peer;
  tone: Tone;
  /** What the call does: `is calling`, `ringing`. */
  what: string;
  children?: ReactNode;
}

export function CallerCard({ peer, tone, what, children }: CallerCardProps) {
  return (
    <div className={classes.card} data-tone={tone}>
      <Caller peer={peer} what={what} />
      {children}
    </div>
  );
}

/** Who it is. Name and number come from the network and are shown as the text they are. */
export function Caller({ peer, what }: { peer: Peer; what: string }) {
  const { number, displayName } = peer;
  return (
    <>
      <span className={classes.avatar} aria-hidden>
        {initialOf(displayName ?? number)}
      </span>
      <span className={classes.name}>{displayName ?? number}</span>
      {displayName && !displayName.includes(number) && <span>{number}</span>}
      <span className={classes.what}>{what}</span>
    </>
  );
}

function initialOf(name: string): string {
  return /\p{L}/u.exec(name)?.[0]?.toUpperCase() ?? '#';
}
