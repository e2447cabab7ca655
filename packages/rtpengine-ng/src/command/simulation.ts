import { isDictionary, type NgDictionary } from '../value.ts';
import { type CommandBody, UnreadableCommand } from './command-body.ts';

/** A bad network that packets of one way have to pass, for testing. Not an option of rtpengine. */
export type SimulatedWay = {
  readonly lossPercent: number;
  readonly delayMs: number;
  /** By chance up to so much more than `delayMs`. */
  readonly jitterMs: number;
  readonly reorderPercent: number;
  /** The same seed gives the same fates. */
  readonly seed: number;
};

/** Between the sender of an offer or answer and us: what it sends, and what it is sent. */
export type Simulation = { readonly from: SimulatedWay; readonly to: SimulatedWay };

const LIMITS = {
  'loss-percent': 100,
  'delay-ms': 10_000,
  'jitter-ms': 10_000,
  'reorder-percent': 100,
  seed: 0xffffffff,
};

/** `simulate` with the members `from` and `to`, or with the values for both ways at once; empty ends a simulation. */
export function readSimulation(body: CommandBody): Simulation | undefined {
  if (!body.has('simulate')) return undefined;
  const both = body.dictionary('simulate');
  const ofWay = (name: 'from' | 'to') => {
    const own = both[name];
    return readWay(isDictionary(own) ? { ...both, ...own } : both);
  };
  return { from: ofWay('from'), to: ofWay('to') };
}

function readWay(way: NgDictionary): SimulatedWay {
  return {
    lossPercent: readNumber(way, 'loss-percent'),
    delayMs: readNumber(way, 'delay-ms'),
    jitterMs: readNumber(way, 'jitter-ms'),
    reorderPercent: readNumber(way, 'reorder-percent'),
    seed: readNumber(way, 'seed'),
  };
}

function readNumber(way: NgDictionary, name: keyof typeof LIMITS): number {
  const value = way[name] ?? 0;
  const number = typeof value === 'string' || typeof value === 'number' ? Number(value) : Number.NaN;
  if (number >= 0 && number <= LIMITS[name]) return number;
  throw new UnreadableCommand(`simulate: ${name} must be a number from 0 to ${LIMITS[name]}`);
}
