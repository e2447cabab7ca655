import type { DirectionQuality, Leg, QualityPoint, SipMessageRecord } from '@ringback/contracts';
import { codecsOf, parseSdp } from '../sip/sdp.ts';
import { hasSdp, parseSip } from '../sip/sip-text.ts';
import type { Dialog, Lanes } from './lifelines.ts';
import { type MosGrade, mosGrade } from './mos-grade.ts';

/** RTP between an endpoint and Ringback over the time it flowed. */
export interface MediaSpan {
  legId: string;
  lane: number;
  color: number;
  startUs: number;
  /** Null while it flows. */
  endUs: number | null;
  /** `SRTP PCMU` */
  label: string;
  /** `512 packets, 0 lost`; empty while nothing is counted. */
  facts: string;
  mos: number | null;
  grade: MosGrade;
  /** How it sounded meanwhile, as far as that is known. */
  heard: Heard[];
}

interface Heard {
  startUs: number;
  endUs: number;
  /** Null without sound, as in a hold. */
  mos: number | null;
}

/** A span for each leg that was answered. */
export function mediaSpans(
  { dialogs }: Lanes,
  messages: readonly SipMessageRecord[],
  points: readonly QualityPoint[],
): MediaSpan[] {
  return [...dialogs.values()].flatMap((dialog) => spanOf(dialog, messages, points) ?? []);
}

function spanOf(
  { leg, lane, color }: Dialog,
  messages: readonly SipMessageRecord[],
  points: readonly QualityPoint[],
): MediaSpan | null {
  if (!leg?.answeredAt) return null;
  const heard = points.flatMap((point) => heardOf(point, leg.id) ?? []);
  const media = leg.media ?? mediaSoFar(points, leg.id);
  const mos = media?.mos ?? null;
  return {
    ...{ legId: leg.id, lane, color, mos, heard },
    startUs: Date.parse(leg.answeredAt) * 1000,
    endUs: leg.endedAt ? Date.parse(leg.endedAt) * 1000 : null,
    label: labelOf(leg, messages),
    facts: media ? countWords(media) : '',
    grade: media?.packets === 0 ? 'bad' : mosGrade(mos),
  };
}

const directionOf = ({ directions }: QualityPoint, id: string) =>
  directions.find(({ legId }) => legId === id);

function heardOf(point: QualityPoint, legId: string): Heard | null {
  const direction = directionOf(point, legId);
  if (!direction) return null;
  const endUs = Date.parse(point.time) * 1000;
  return { startUs: endUs - point.seconds * 1_000_000, endUs, mos: direction.mos };
}

type Counted = Pick<DirectionQuality, 'packets' | 'packetsLost' | 'mos'>;

/** Of a call that is up: what has come, and how it sounds now. */
function mediaSoFar(points: readonly QualityPoint[], legId: string): Counted | null {
  const known = points.flatMap((point) => directionOf(point, legId) ?? []);
  const last = known.findLast(({ mos }) => mos !== null);
  // A second is told when it is over: that nothing came is said at the end.
  if (!last) return null;
  const sum = (count: 'packets' | 'packetsLost') => known.reduce((total, each) => total + each[count], 0);
  return { packets: sum('packets'), packetsLost: sum('packetsLost'), mos: last.mos };
}

function countWords({ packets, packetsLost }: { packets: number; packetsLost: number | null }): string {
  if (packets === 0) return 'nothing came';
  const lost = packetsLost === null ? '' : `, ${packetsLost.toLocaleString()} lost`;
  return `${packets.toLocaleString()} packets${lost}`;
}

/** What the answer of the leg says, as long as the media server has not counted anything. */
function labelOf({ sipCallId, media }: Leg, messages: readonly SipMessageRecord[]): string {
  const answer = messages.find(
    (each) => each.sipCallId === sipCallId && each.status === 200 && isAnswer(each),
  );
  const agreed = answer && parseSdp(parseSip(answer.raw).body)?.media[0];
  const codec = media?.codec ?? (agreed && codecsOf(agreed)[0]?.name);
  const protocol = agreed && /SAVP/i.test(agreed.protocol) ? 'SRTP' : 'RTP';
  return codec ? `${protocol} ${codec}` : protocol;
}

function isAnswer({ method, raw }: SipMessageRecord): boolean {
  return method === 'INVITE' && hasSdp(parseSip(raw));
}

/** How the worst of that time sounded; of a time that nothing is known of, the whole. */
export function gradeBetween({ heard, grade }: MediaSpan, fromUs: number, toUs: number): MosGrade {
  const meanwhile = heard.filter(({ startUs, endUs }) => startUs < toUs && endUs > fromUs);
  if (meanwhile.length === 0) return grade;
  const known = meanwhile.flatMap(({ mos }) => mos ?? []);
  return mosGrade(known.length === 0 ? null : Math.min(...known));
}

export function flowsAt({ startUs, endUs }: MediaSpan, timeUs: number): boolean {
  return startUs <= timeUs && (endUs === null || timeUs <= endUs);
}
