import type { DirectionQuality, MediaQualityEvent, QualityPoint } from '@ringback/contracts';

/** So many points of each width; then the width doubles. A day of a call is some 5,000 points. */
const POINTS_OF_A_WIDTH = 600;

/** One call: what is being gathered, and how much came before. */
export interface Gathering {
  /** Points that are complete. */
  readonly points: number;
  readonly open: QualityPoint | undefined;
}

export const NOTHING_GATHERED: Gathering = { points: 0, open: undefined };

export interface GatherStep {
  readonly state: Gathering;
  readonly complete: QualityPoint | undefined;
}

/** Takes in one second. */
export function gather(before: Gathering, { time, directions }: MediaQualityEvent): GatherStep {
  const second = { time, seconds: 1, directions: directions.map(withoutPath) };
  const open = before.open ? joined(before.open, second) : second;
  if (open.seconds < widthAt(before.points)) return { state: { ...before, open }, complete: undefined };
  return { state: { points: before.points + 1, open: undefined }, complete: open };
}

function widthAt(points: number): number {
  return 2 ** Math.floor(points / POINTS_OF_A_WIDTH);
}

/** The path that ICE has chosen is the same all along, and stands with the leg. */
function withoutPath({ candidatePair: _, ...direction }: DirectionQuality): DirectionQuality {
  return direction;
}

function joined(earlier: QualityPoint, later: QualityPoint): QualityPoint {
  const directions = later.directions.map((direction) => {
    const same = earlier.directions.find(({ legId }) => legId === direction.legId);
    return same ? worstOf(same, direction) : direction;
  });
  const unheard = earlier.directions.filter(
    ({ legId }) => !later.directions.some((direction) => direction.legId === legId),
  );
  return {
    time: later.time,
    seconds: earlier.seconds + later.seconds,
    directions: [...unheard, ...directions],
  };
}

/** Packets add up; of the rest the worst is kept, since that is what was heard. */
function worstOf(earlier: DirectionQuality, later: DirectionQuality): DirectionQuality {
  const known = (a: number | null, b: number | null, choose: (...values: number[]) => number) =>
    a === null || b === null ? (a ?? b) : choose(a, b);
  return {
    ...later,
    packets: earlier.packets + later.packets,
    packetsLost: earlier.packetsLost + later.packetsLost,
    jitterMs: known(earlier.jitterMs, later.jitterMs, Math.max),
    roundTripMs: known(earlier.roundTripMs, later.roundTripMs, Math.max),
    mos: known(earlier.mos, later.mos, Math.min),
    codec: later.codec ?? earlier.codec,
    silent: earlier.silent || later.silent,
  };
}
