import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CaptureFormat, CaptureWriter, type Endpoint, pcap, pcapng } from '../src/index.ts';

const TSHARK = spawnSync('tshark', ['--version'], { stdio: 'ignore' }).error === undefined;
const ONE: Endpoint = { address: Uint8Array.of(127, 0, 0, 1), port: 7443 };
const OTHER: Endpoint = { address: Uint8Array.of(192, 0, 2, 7), port: 51_234 };
const ONE_V6: Endpoint = {
  address: Uint8Array.from({ length: 16 }, (_, i) => (i === 15 ? 1 : 0)),
  port: 30_000,
};
const OTHER_V6: Endpoint = { address: Uint8Array.from({ length: 16 }, (_, i) => i + 32), port: 40_000 };
const TIME_MS = Date.UTC(2026, 0, 2, 3, 4, 5) + 6.25;

/** An INVITE as it came over a secure WebSocket, with an offer of audio to port 40000. */
function invite(): Uint8Array {
  const sdp = [
    'v=0',
    'o=- 1 1 IN IP4 192.0.2.7',
    's=-',
    'c=IN IP4 192.0.2.7',
    't=0 0',
    'm=audio 40000 RTP/AVP 0',
    '',
  ].join('\r\n');
  return Buffer.from(
    [
      'INVITE sip:1002@example.com SIP/2.0',
      'Via: SIP/2.0/WSS df7jal23ls0d.invalid;branch=z9hG4bKtshark',
      'From: <sip:1001@example.com>;tag=1',
      'To: <sip:1002@example.com>',
      'Call-ID: wss-call',
      'CSeq: 1 INVITE',
      'Max-Forwards: 70',
      'Content-Type: application/sdp',
      `Content-Length: ${sdp.length}`,
      '',
      sdp,
    ].join('\r\n'),
  );
}

function rtp(sequenceNumber: number, payloadLength = 160): Uint8Array {
  const packet = new Uint8Array(12 + payloadLength).fill(0xff);
  packet.set([0x80, 0, 0, sequenceNumber, 0, 0, 0, sequenceNumber, 0, 0, 0x12, 0x34]);
  return packet;
}

describe.skipIf(!TSHARK)('tshark (skipped where it is not installed)', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'ringback-pcap-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Rows of fields that tshark decodes; it also judges the checksums. */
  function decode(format: CaptureFormat, fields: readonly string[], options: readonly string[] = []) {
    const writer = new CaptureWriter(format);
    const packets = [
      { from: OTHER, to: ONE, payload: invite(), timeMs: TIME_MS },
      { from: ONE, to: { ...OTHER, port: 40_000 }, payload: rtp(1), timeMs: TIME_MS + 20 },
      // An odd length: the checksum has half a word at the end.
      { from: ONE_V6, to: OTHER_V6, payload: rtp(2, 159), timeMs: TIME_MS + 40 },
    ].map((datagram) => writer.record(datagram));
    const file = join(folder, 'capture');
    writeFileSync(file, Buffer.concat([writer.header, ...packets.filter((packet) => packet !== undefined)]));
    const check = ['ip.check_checksum:TRUE', 'udp.check_checksum:TRUE'].flatMap((o) => ['-o', o]);
    const wanted = fields.flatMap((field) => ['-e', field]);
    const output = execFileSync(
      'tshark',
      ['-n', '-r', file, ...check, ...options, '-T', 'fields', '-E', 'separator=|', ...wanted],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
    );
    return output
      .trimEnd()
      .split('\n')
      .map((line) => line.split('|'));
  }

  const HEURISTIC = ['-o', 'rtp.heuristic_rtp:TRUE', '--enable-heuristic', 'rtp_udp'];

  it.each([
    ['pcap', pcap('microseconds')],
    ['pcap', pcap('nanoseconds')],
    ['pcapng', pcapng('microseconds', 'a comment')],
    ['pcapng', pcapng('nanoseconds')],
  ])('reads %s: addresses, times, checksums', (_, format) => {
    const rows = decode(
      format,
      ['frame.time_epoch', 'ip.src', 'ipv6.src', 'udp.srcport', 'ip.checksum.status', 'udp.checksum.status'],
      HEURISTIC,
    );
    const seconds = (TIME_MS / 1000).toFixed(5).slice(0, -1);
    expect(rows[0]?.[0]).toContain(seconds);
    expect(rows.map((row) => row.slice(1))).toEqual([
      ['192.0.2.7', '', '51234', '1', '1'],
      ['127.0.0.1', '', '7443', '1', '1'],
      ['', '::1', '30000', '', '1'],
    ]);
  });

  it('decodes SIP that came over a secure WebSocket, and RTP by its offer alone', () => {
    const rows = decode(pcap('nanoseconds'), ['sip.Method', 'sip.Call-ID', 'rtp.seq', 'rtp.setup-method']);
    expect(rows[0]?.slice(0, 2)).toEqual(['INVITE', 'wss-call']);
    expect(rows[1]?.slice(2)).toEqual(['1', 'SDP']);
    // Nothing announced this one.
    expect(rows[2]?.slice(2)).toEqual(['', '']);
  });

  it('decodes RTP that nobody announced when told to look for it', () => {
    const rows = decode(pcapng('nanoseconds'), ['rtp.ssrc', 'rtp.seq'], HEURISTIC);
    expect(rows.slice(1)).toEqual([
      ['0x00001234', '1'],
      ['0x00001234', '2'],
    ]);
  });
});
