import type { Call } from '@ringback/contracts';
import { isOver } from '../format/call-words.ts';

const MOST_GOING = 20;
const MOST_ENDED = 5;

export interface CallsToShow {
  going: Call[];
  /** In progress, and not among `going`. */
  moreGoing: number;
  ended: Call[];
}

/** Every call that goes on, up to a screen of them, and the last few that ended; newest first, as they come. */
export function callsToShow(calls: readonly Call[]): CallsToShow {
  const going = calls.filter(({ status }) => !isOver(status));
  const ended = calls.filter(({ status }) => isOver(status));
  return {
    going: going.slice(0, MOST_GOING),
    moreGoing: Math.max(0, going.length - MOST_GOING),
    ended: ended.slice(0, MOST_ENDED),
  };
}
