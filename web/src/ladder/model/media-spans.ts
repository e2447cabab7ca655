import type { Leg, SipMessageRecord } from '@ringback/contracts';
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
}

/** A span for each leg that was answered. */
export function mediaSpans({ dialogs }: Lanes, messages: readonly SipMessageRecord[]): MediaSpan[] {
  return [...dialogs.values()].flatMap((dialog) => spanOf(dialog, messages) ?? []);
}

function spanOf({ leg, lane, color }: Dialog, messages: readonly SipMessageRecord[]): MediaSpan | null {
  if (!leg?.answeredAt) return null;
  const { media } = leg;
  const mos = media?.mos ?? null;
  return {
    ...{ legId: leg.id, lane, color, mos },
    startUs: Date.parse(leg.answeredAt) * 1000,
    endUs: leg.endedAt ? Date.parse(leg.endedAt) * 1000 : null,
    label: labelOf(leg, messages),
    facts: media ? countWords(media) : '',
    grade: media?.packets === 0 ? 'bad' : mosGrade(mos),
  };
}

function countWords({ packets, packetsLost }: NonNullable<Leg['media']>): string {
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

export function flowsAt({ startUs, endUs }: MediaSpan, timeUs: number): boolean {
  return startUs <= timeUs && (endUs === null || timeUs <= endUs);
}
