import type { Direction, Peer } from './call-state.ts';

/** How the line says that a call is over. `sipStatus`: the final response, null for a BYE, a CANCEL or none at all. */
export interface LineEnd {
  by: 'local' | 'remote' | 'system';
  sipStatus: number | null;
  reasonPhrase: string;
  /** What broke, when neither side wished the end. */
  fault: LineFault | null;
  /** A CANCEL that says another phone took the call (RFC 3326). */
  answeredElsewhere: boolean;
}

export type LineFault = 'no-media' | 'no-connection' | 'no-reply' | 'webrtc' | 'no-ack';

export interface EndWords {
  sentence: string;
  remedy: string | null;
  failed: boolean;
  busy: boolean;
}

const quiet = (sentence: string): EndWords => ({ sentence, remedy: null, failed: false, busy: false });
const failure = (sentence: string, remedy: string | null = null, busy = false): EndWords => ({
  sentence,
  remedy,
  failed: true,
  busy,
});

/** One sentence for the end of a call, with what to do about it when it failed. */
export function wordsOfEnd(end: LineEnd, direction: Direction, peer: Peer, wasAnswered: boolean): EndWords {
  const name = peer.displayName ?? peer.number;
  if (end.fault) return wordsOfFault(end.fault);
  if (wasAnswered) return quiet(end.by === 'local' ? 'You hung up.' : `${name} hung up.`);
  if (direction === 'incoming') return wordsOfMissed(end, name);
  if (end.by === 'local') return quiet('You hung up before it was answered.');
  return wordsOfRefusal(end, peer.number);
}

function wordsOfMissed(end: LineEnd, name: string): EndWords {
  if (end.by === 'local') return quiet(`You rejected the call of ${name}.`);
  if (end.answeredElsewhere) return quiet('Another phone took the call.');
  return quiet(`${name} gave up before you answered.`);
}

function wordsOfRefusal(end: LineEnd, number: string): EndWords {
  switch (end.sipStatus) {
    case 404:
    case 604:
      return failure(`Nobody has the number ${number}.`, 'The Phones page lists the numbers that exist.');
    case 408:
      return failure(`${number} did not answer.`, 'Try again later.');
    case 410:
    case 430:
    case 480:
      return failure(`${number} cannot be reached.`, 'Its phone is not registered; see the Phones page.');
    case 486:
    case 600:
      return failure(`${number} is busy.`, 'Try again when the other call is over.', true);
    case 488:
    case 606:
      return failure(`${number} speaks no codec that we speak.`, 'Switch PCMU or PCMA on in that phone.');
    case 403:
    case 603:
      return failure(`${number} declined the call.`, null, true);
    case 401:
    case 407:
      return failure('The network did not accept our password.', 'Reload the page for a new one.');
    case 503:
      return failure(
        'The network takes no calls at the moment.',
        'The dot in the corner tells which part is missing.',
      );
    default:
      return failure(`${['The call failed:', end.sipStatus, end.reasonPhrase].filter(Boolean).join(' ')}.`);
  }
}

function wordsOfFault(fault: LineFault): EndWords {
  switch (fault) {
    case 'no-media':
      return failure(
        'No sound got through: ICE found no path.',
        'Check that UDP to the media server is not blocked.',
      );
    case 'no-connection':
      return failure(
        'The connection to Ringback was lost.',
        'The phone reconnects by itself; then call again.',
      );
    case 'no-reply':
      return failure(
        'The network did not reply in time.',
        'The dot in the corner tells which part is missing.',
      );
    case 'webrtc':
      return failure('This browser could not set up the sound.', 'Reload the page and call again.');
    case 'no-ack':
      return failure('The caller never confirmed our answer.', 'Ask to be called again.');
    default: {
      const never: never = fault;
      throw new Error(`Unknown fault ${never}`);
    }
  }
}
