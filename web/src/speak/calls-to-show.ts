import type { Call } from '@ringback/contracts';
import { isOver } from '../format/call-words.ts';

const MOST_ENDED = 3;
const MOST_GOING = 20;

/** Every call that goes on, and the last few that ended; newest first, as they come. */
export function callsToShow(calls: readonly Call[]): Call[] {
  let ended = 0;
  let going = 0;
  return calls.filter(({ status }) => {
    if (!isOver(status)) {
      going += 1;
      return going <= MOST_GOING;
    }
    ended += 1;
    return ended <= MOST_ENDED;
  });
}
