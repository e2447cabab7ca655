import type { CandidatePair, DirectionQuality, ReceivedMedia } from '@ringback/contracts';
import { candidatePairOf } from './candidate-pair.ts';
import { type Dictionary, dictionary, list, number, party, reportsOf, rtpStream, text } from './ng-value.ts';
import { receivedMedia } from './statistics.ts';

export type Figures = Omit<DirectionQuality, 'legId' | 'role' | 'silent' | 'candidatePair'>;

/** What one `query` says of the sound that one side sends to the other. */
export interface Direction {
  readonly total: ReceivedMedia | null;
  /** False while either side has said that it does not send, or does not listen. */
  readonly open: boolean;
  /** The last whole seconds, oldest first, where the media server counts by the second (ours; rtpengine does not). */
  readonly seconds: readonly { readonly atSec: number; readonly figures: Figures }[];
  /** What the newest RTCP report says, for media servers that do not count by the second. */
  readonly reported: Pick<Figures, 'jitterMs' | 'roundTripMs' | 'mos'>;
  /** Why the path to the sending side is gone, where the media server tells. */
  readonly failure: string | null;
  /** What ICE has chosen between the media server and the sending side, where the media server tells. */
  readonly candidatePair?: CandidatePair | undefined;
}

/**
 * Reads the direction from the side with `tag` to the one with `otherTag`. Reports belong to the side that hears, flags to
 * the media server: `recv` that the side may send to it, `send` that it may send to the side.
 */
export function readDirection(reply: unknown, tag: string, otherTag: string): Direction {
  const from = rtpStream(reply, tag);
  const to = rtpStream(reply, otherTag);
  return {
    total: receivedMedia(reply, tag, otherTag),
    open: hasFlag(from?.media, 'recv') && hasFlag(to?.media, 'send'),
    seconds: list(from?.media.seconds).flatMap(secondOf),
    reported: newestReport(reportsOf(reply, to?.stream)),
    failure: text(party(reply, tag)?.failure) ?? null,
    candidatePair: candidatePairOf(from?.stream),
  };
}

function hasFlag(media: Dictionary | undefined, flag: string): boolean {
  return list(media?.flags).includes(flag);
}

function secondOf(value: unknown): Direction['seconds'] {
  const second = dictionary(value);
  const atSec = number(second?.['reported at']);
  if (!second || atSec === null) return [];
  const figures = {
    packets: number(second.packets) ?? 0,
    packetsLost: number(second.lost) ?? 0,
    jitterMs: thousandth(second.jitter_us),
    roundTripMs: thousandth(second['round-trip time']),
    mos: tenth(second.MOS),
    codec: text(second.codec) ?? null,
  };
  return [{ atSec, figures }];
}

function newestReport(reports: Dictionary | undefined): Direction['reported'] {
  const newest = dictionary(list(dictionary(reports?.['MOS progression'])?.entries).at(-1));
  return {
    jitterMs: number(newest?.jitter),
    roundTripMs: thousandth(newest?.['round-trip time']),
    mos: tenth(newest?.MOS),
  };
}

function thousandth(value: unknown): number | null {
  const whole = number(value);
  return whole === null ? null : whole / 1000;
}

/** A MOS of 0 is rtpengine's way to say that it has none. */
function tenth(value: unknown): number | null {
  const whole = number(value);
  return whole === null || whole === 0 ? null : whole / 10;
}
