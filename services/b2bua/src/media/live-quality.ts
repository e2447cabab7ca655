import type { DirectionQuality } from '@ringback/contracts';
import type { Direction, Figures } from './direction.ts';

/** One-way audio: nothing for so long where there should be something. */
export const SILENT_AFTER_MS = 5000;

/** One direction since the last look. */
interface Heard {
  readonly packets: number;
  readonly packetsLost: number;
  /** When the number of packets last grew, or nothing was to be expected. */
  readonly fineMs: number;
}

export interface QualityState {
  readonly caller: Heard;
  readonly callee: Heard;
  /** The last second of the media server's own that was told. */
  readonly toldSec: number;
}

/** What is told of one direction in one second. */
type Told = Figures & Pick<DirectionQuality, 'silent' | 'candidatePair'>;

export type Second = Readonly<Record<'caller' | 'callee', Told | undefined>> & { readonly atMs: number };

export interface QualityStep {
  readonly state: QualityState;
  /** What is new since the last look, oldest first. */
  readonly seconds: readonly Second[];
}

type Looked = Readonly<Record<'caller' | 'callee', Direction>>;

/** Takes in what one look at the media server gave. The first look only says where counting begins. */
export function stepQuality(before: QualityState | undefined, looked: Looked, nowMs: number): QualityStep {
  const state = {
    caller: heard(before?.caller, looked.caller, nowMs),
    callee: heard(before?.callee, looked.callee, nowMs),
    toldSec: Math.max(before?.toldSec ?? 0, ...[...stamps(looked)]),
  };
  if (!before) return { state, seconds: [] };
  const beside = (side: 'caller' | 'callee') => {
    const { candidatePair } = looked[side];
    return { silent: nowMs - state[side].fineMs >= SILENT_AFTER_MS, ...(candidatePair && { candidatePair }) };
  };
  if (stamps(looked).size === 0) {
    const since = (side: 'caller' | 'callee') => ({
      ...sinceLastLook(before[side], state[side], looked[side]),
      ...beside(side),
    });
    return { state, seconds: [{ atMs: nowMs, caller: since('caller'), callee: since('callee') }] };
  }
  const at = (side: 'caller' | 'callee', atSec: number) => {
    const figures = looked[side].seconds.find((second) => second.atSec === atSec)?.figures;
    return figures && { ...figures, ...beside(side) };
  };
  const fresh = [...stamps(looked)].filter((atSec) => atSec > before.toldSec).sort((a, b) => a - b);
  return {
    state,
    seconds: fresh.map((atSec) => ({
      atMs: atSec * 1000,
      caller: at('caller', atSec),
      callee: at('callee', atSec),
    })),
  };
}

/** For how long nothing has come from either side where something should have; 0 while somebody holds the call. */
export function silenceMs({ caller, callee }: QualityState, nowMs: number): number {
  return nowMs - Math.max(caller.fineMs, callee.fineMs);
}

function stamps({ caller, callee }: Looked): Set<number> {
  return new Set([...caller.seconds, ...callee.seconds].map(({ atSec }) => atSec));
}

function heard(before: Heard | undefined, { total, open }: Direction, nowMs: number): Heard {
  const packets = total?.packets ?? 0;
  const fine = before === undefined || packets !== before.packets || !open;
  return { packets, packetsLost: total?.packetsLost ?? 0, fineMs: fine ? nowMs : before.fineMs };
}

/** Counters only grow, except when the media server counts a new stream from zero. */
function sinceLastLook(before: Heard, now: Heard, { total, reported }: Direction): Figures {
  const packets = Math.max(0, now.packets - before.packets);
  return {
    packets,
    packetsLost: Math.max(0, now.packetsLost - before.packetsLost),
    ...reported,
    mos: packets === 0 ? null : reported.mos,
    codec: total?.codec ?? null,
  };
}
