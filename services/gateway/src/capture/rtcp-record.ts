import type { RtcpReport, RtcpReportBlock } from '@ringback/contracts';
import type { HepPacket } from '@ringback/hep';
import { endpoint } from './sip-record.ts';

const PROTOCOL_RTCP_JSON = 5;
/** RFC 3550 12.1. */
const SENDER_REPORT = 200;
const RECEIVER_REPORT = 201;
const MAX_BLOCKS = 31;

export type CapturedReport = {
  /** The media server's name of the call: what joins the report to one. */
  readonly correlationId: string;
  readonly report: Omit<RtcpReport, 'callId' | 'legId'>;
};

export function isRtcpCapture({ protocolType }: HepPacket): boolean {
  return protocolType === PROTOCOL_RTCP_JSON;
}

/** A captured report, in the JSON that rtpengine and captagent send; null when it is none or belongs to nothing. */
export function capturedReport(packet: HepPacket, id: string): CapturedReport | null {
  const { correlationId } = packet;
  const json = dictionary(parsed(packet.payload));
  const kind = kindOf(json?.type);
  if (!correlationId || !json || !kind) return null;
  const timeUs = Math.round(packet.timeMs * 1000);
  const sent = dictionary(json.sender_information);
  const cname = dictionary(list(json.sdes_information)[0])?.text;
  return {
    correlationId,
    report: {
      id,
      time: new Date(Math.floor(timeUs / 1000)).toISOString(),
      timeUs,
      source: endpoint(packet.sourceAddress, packet.sourcePort),
      destination: endpoint(packet.destinationAddress, packet.destinationPort),
      kind,
      ssrc: whole(json.ssrc),
      cname: typeof cname === 'string' ? cname.slice(0, 255) : null,
      sent: sent ? { packets: whole(sent.packets), octets: whole(sent.octets) } : null,
      blocks: list(json.report_blocks).slice(0, MAX_BLOCKS).flatMap(blockOf),
    },
  };
}

function kindOf(type: unknown): RtcpReport['kind'] | undefined {
  if (type === SENDER_REPORT) return 'sender-report';
  return type === RECEIVER_REPORT ? 'receiver-report' : undefined;
}

function blockOf(value: unknown): RtcpReportBlock[] {
  const block = dictionary(value);
  if (!block) return [];
  return [
    {
      ssrc: whole(block.source_ssrc),
      fractionLost: whole(block.fraction_lost),
      packetsLost: whole(block.packets_lost),
      highestSequence: whole(block.highest_seq_no),
      jitter: whole(block.ia_jitter),
      lastSenderReport: whole(block.lsr),
      delaySinceLastSenderReport: whole(block.dlsr),
    },
  ];
}

function parsed(payload: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(payload).toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function dictionary(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** All of these fields are at most 32 bit wide on the wire. */
function whole(value: unknown): number {
  return typeof value === 'number' && Number.isInteger(value) ? Math.min(Math.max(0, value), 2 ** 32 - 1) : 0;
}
