import type { DirectionQuality, MediaQualityEvent, QualityPoint } from '@ringback/contracts';

/** Both in the order of their times, each time once; where both know one, `read` is believed: it may sum up several seconds. */
export function joinedPoints(read: readonly QualityPoint[], told: readonly QualityPoint[]): QualityPoint[] {
  const last = read.at(-1)?.time ?? '';
  return [...read, ...told.filter(({ time }) => time > last)];
}

export function withSecond(
  points: readonly QualityPoint[],
  { time, directions }: MediaQualityEvent,
): QualityPoint[] {
  return joinedPoints(points, [{ time, seconds: 1, directions }]);
}

export const MEASURES = [
  { key: 'mos', name: 'MOS', unit: '', digits: 1 },
  { key: 'loss', name: 'Loss', unit: '%', digits: 1 },
  { key: 'jitter', name: 'Jitter', unit: 'ms', digits: 1 },
  { key: 'roundTrip', name: 'Round trip', unit: 'ms', digits: 0 },
] as const;
export type Measure = (typeof MEASURES)[number]['key'];
export type Role = DirectionQuality['role'];

/** Of one direction in one point; null where it is not known. */
export function measured(direction: DirectionQuality | undefined, measure: Measure): number | null {
  if (!direction) return null;
  switch (measure) {
    case 'mos':
      return direction.mos;
    case 'loss':
      return lossPercent(direction);
    case 'jitter':
      // Of a second without sound it says nothing.
      return direction.packets > 0 ? direction.jitterMs : null;
    case 'roundTrip':
      return direction.roundTripMs;
    default:
      return measure satisfies never;
  }
}

export function lossPercent({
  packets,
  packetsLost,
}: Pick<DirectionQuality, 'packets' | 'packetsLost'>): number | null {
  const sent = packets + packetsLost;
  return sent === 0 ? null : (100 * packetsLost) / sent;
}

export function directionOf({ directions }: QualityPoint, role: Role): DirectionQuality | undefined {
  return directions.find((direction) => direction.role === role);
}

/** Seconds since the call began, and the values of caller and callee at each. */
export type Columns = [seconds: number[], caller: (number | null)[], callee: (number | null)[]];

export function columnsOf(points: readonly QualityPoint[], measure: Measure, beganMs: number): Columns {
  const of = (role: Role) => points.map((point) => measured(directionOf(point, role), measure));
  return [points.map(({ time }) => (Date.parse(time) - beganMs) / 1000), of('caller'), of('callee')];
}

/** What was counted of one direction so far. */
export function sumOf(points: readonly QualityPoint[], role: Role): DirectionQuality | null {
  const known = points.flatMap((point) => directionOf(point, role) ?? []);
  return known.length === 0 ? null : known.reduce(worstOf);
}

/** Packets add up; of the rest the worst is kept. */
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
  };
}

/** At most `most` points, neighbours put together where there are more: for a table that a person can read to its end. */
export function fewerPoints(points: readonly QualityPoint[], most: number): QualityPoint[] {
  const size = Math.ceil(points.length / most);
  if (size <= 1) return [...points];
  return Array.from({ length: Math.ceil(points.length / size) }, (_, n) => {
    const group = points.slice(n * size, (n + 1) * size);
    return {
      time: group.at(-1)!.time,
      seconds: group.reduce((sum, { seconds }) => sum + seconds, 0),
      directions: (['caller', 'callee'] as const).flatMap((role) => sumOf(group, role) ?? []),
    };
  });
}

export function valueWords(value: number | null, measure: Measure): string {
  const { unit, digits } = MEASURES.find(({ key }) => key === measure)!;
  if (value === null) return '–';
  return unit === '' ? value.toFixed(digits) : `${value.toFixed(digits)} ${unit}`;
}

/** The point that tells of that moment, in microseconds: it was taken at the end of its seconds. A moment after the last belongs to the last. */
export function pointOf(points: readonly QualityPoint[], timeUs: number): QualityPoint | undefined {
  return points.find(({ time }) => Date.parse(time) * 1000 >= timeUs) ?? points.at(-1);
}
