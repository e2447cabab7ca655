import {
  compactNtp,
  parseRtcp,
  parseRtp,
  type RtcpPacket,
  receiverReport,
  senderReport,
  unixMsFromNtp,
  writeRtcp,
  writeRtp,
} from '@ringback/rtp';
import { createLogger } from '@ringback/runtime';
import { audioOffer, type Codec, type Direction, PCMU, TELEPHONE_EVENT } from '@ringback/sdp';
import { beforeEach, describe, expect, it } from 'vitest';
import { Party } from '../src/call/party.ts';
import { readDescription } from '../src/negotiation/description.ts';
import type { MediaTransport, TransportKind } from '../src/transport/transport.ts';

const START_MS = 1_700_000_000_000;
let nowMs: number;
const clock = { nowMs: () => nowMs, unixMs: () => START_MS + nowMs, ntpMs: () => START_MS + nowMs };
const logger = createLogger('test', 'silent');

class WireTap implements MediaTransport {
  readonly kind: TransportKind;
  readonly port = 30_000;
  readonly rtp: Buffer[] = [];
  readonly rtcp: RtcpPacket[] = [];
  closed = false;
  constructor(kind: TransportKind) {
    this.kind = kind;
  }
  sendRtp(bytes: Buffer): void {
    this.rtp.push(bytes);
  }
  sendRtcp(bytes: Uint8Array): void {
    this.rtcp.push(...parseRtcp(bytes)!);
  }
  close(): void {
    this.closed = true;
  }
}

function party(tag: string, kind: TransportKind, direction: Direction = 'sendrecv', codec: Codec = PCMU) {
  const made = new Party({ tag, viaBranch: undefined, ssrc: tag.charCodeAt(0) }, clock, logger);
  describeAs(made, direction, codec);
  const wire = new WireTap(kind);
  made.useTransport(wire);
  return { party: made, wire };
}

function describeAs(which: Party, direction: Direction, codec: Codec = PCMU): void {
  const line = { address: '127.0.0.1', port: 5004, codecs: [codec], dtmfPayloadType: 101, direction };
  which.remote = readDescription(audioOffer({ ...line, sessionId: 1, version: 1 }));
  which.shown = [codec, TELEPHONE_EVENT];
}

const QUIET = new Uint8Array(160).fill(0xff);

function speak(to: Party, sequenceNumber: number, ssrc = 500, payload = QUIET): void {
  const timestamp = sequenceNumber * 160;
  to.rtp(Buffer.from(writeRtp({ payloadType: 0, marker: false, sequenceNumber, timestamp, ssrc, payload })));
}

let phone: ReturnType<typeof party>;
let browser: ReturnType<typeof party>;

beforeEach(async () => {
  nowMs = 1000;
  phone = party('p', 'plain');
  browser = party('b', 'webrtc');
  await Party.join(phone.party, browser.party);
});

/** `seconds` of speech of the phone, each tenth packet lost if so asked, with the ticks of the engine. */
function talk(seconds: number, loseTenth = false): void {
  for (let i = 1; i <= seconds * 50; i++) {
    nowMs += 20;
    if (!loseTenth || i % 10 !== 0) speak(phone.party, i);
    if (i % 10 === 0) {
      phone.party.tick(nowMs);
      browser.party.tick(nowMs);
    }
  }
}

describe('a party', () => {
  it('hears its peer under one SSRC of ours when it is a browser', () => {
    speak(phone.party, 1);
    speak(phone.party, 2, 501);
    expect(browser.wire.rtp.map((bytes) => parseRtp(bytes)!.ssrc)).toEqual([98, 98]);
    speak(browser.party, 1, 700);
    expect(parseRtp(phone.wire.rtp[0]!)?.ssrc).toBe(700);
  });

  it.each<[Direction, Direction, number]>([
    ['sendrecv', 'sendrecv', 1],
    ['sendonly', 'recvonly', 1],
    ['sendrecv', 'sendonly', 0],
    ['recvonly', 'sendrecv', 0],
    ['inactive', 'sendrecv', 0],
    ['sendrecv', 'inactive', 0],
  ])('that is %s is heard by one that is %s: %i packet', (speaker, listener, packets) => {
    describeAs(phone.party, speaker);
    describeAs(browser.party, listener);
    speak(phone.party, 1);
    expect(browser.wire.rtp).toHaveLength(packets);
    expect(phone.party.ingress.rtp.packets).toBe(1);
  });

  it('is heard by nobody before it is joined, or after its peer was joined to another', async () => {
    const other = party('o', 'plain');
    speak(other.party, 1);
    await Party.join(browser.party, other.party);
    speak(phone.party, 1);
    expect(browser.wire.rtp).toHaveLength(0);
    speak(other.party, 2);
    expect(browser.wire.rtp).toHaveLength(1);
    expect(phone.party.peer).toBeUndefined();
  });

  it('can be listened in on: what it sends comes as it came, before any gate, from whoever hears it', () => {
    const heard: [number, number][] = [];
    const stop = phone.party.inlet.tap((bytes, atMs) => heard.push([parseRtp(bytes)!.sequenceNumber, atMs]));
    phone.party.inlet.gate({ blocked: true });
    speak(phone.party, 1);
    speak(browser.party, 500);
    phone.party.inlet.gate({ blocked: false });
    speak(phone.party, 2);
    stop();
    speak(phone.party, 3);
    expect(heard).toEqual([
      [1, 1000],
      [2, 1000],
    ]);
    expect(browser.wire.rtp.map((bytes) => parseRtp(bytes)!.sequenceNumber)).toEqual([2, 3]);
    expect(phone.party.ingress.rtp.packets).toBe(3);
  });

  it('keeps its gates when it is joined to another', async () => {
    phone.party.inlet.gate({ silenced: true });
    const other = party('o', 'plain');
    await Party.join(phone.party, other.party);
    speak(phone.party, 1, 500, new Uint8Array(4));
    expect([...parseRtp(other.wire.rtp[0]!)!.payload]).toEqual([0xff, 0xff, 0xff, 0xff]);
  });

  it('hears what we play in the same row of numbers as its peer, or in its place', () => {
    const frame = {
      payload: new Uint8Array(160),
      payloadType: 0,
      clockRate: 8000,
      advance: 160,
      marker: false,
    };
    speak(phone.party, 1);
    browser.party.outlet.relays = false;
    nowMs += 20;
    browser.party.outlet.inject(frame, nowMs);
    speak(phone.party, 2);
    browser.party.outlet.relays = true;
    nowMs += 20;
    speak(phone.party, 3);
    const seen = browser.wire.rtp.map((bytes) => parseRtp(bytes)!);
    expect(seen.map((p) => [p.ssrc, p.sequenceNumber, p.timestamp])).toEqual([
      [98, 1, 160],
      [98, 2, 320],
      [98, 3, 480],
    ]);
  });

  it('is behind a simulated network if there is one', () => {
    const carried: Buffer[] = [];
    let deliver: (bytes: Buffer) => void = () => undefined;
    browser.party.outlet.network = {
      carry: (bytes, onwards) => {
        carried.push(bytes);
        deliver = onwards;
      },
      close: () => undefined,
    };
    speak(phone.party, 1);
    expect([carried.length, browser.wire.rtp.length]).toEqual([1, 0]);
    deliver(carried[0]!);
    expect(browser.wire.rtp).toHaveLength(1);
  });

  it('gets a report at once and then as often as its profile has it, about what it sent', () => {
    browser.party.protocol = 'UDP/TLS/RTP/SAVPF';
    talk(1);
    expect([phone, browser].map(({ wire }) => wire.rtcp[0]?.kind)).toEqual([
      'receiver-report',
      'sender-report',
    ]);
    talk(60, true);
    const toPhone = phone.wire.rtcp.filter((packet) => packet.kind === 'receiver-report');
    // RFC 3550 6.2: five seconds in the mean; RFC 4585 3.5: without a minimum of its own.
    expect(toPhone.length).toBeGreaterThanOrEqual(8);
    expect(toPhone.length).toBeLessThanOrEqual(26);
    const last = toPhone.at(-1)!.reports[0]!;
    expect(last).toMatchObject({ ssrc: 500 });
    expect(last.fractionLost / 256).toBeCloseTo(0.1, 1);
    const toBrowser = browser.wire.rtcp.filter((packet) => packet.kind === 'sender-report');
    expect(toBrowser.length).toBeGreaterThanOrEqual(40);
    expect(toBrowser.length).toBeLessThanOrEqual(150);
    expect(toBrowser.at(-1)).toMatchObject({ ssrc: 98, reports: [] });
    expect(phone.wire.rtcp.some((packet) => packet.kind === 'source-description')).toBe(true);
  });

  it('says by its own reports how it hears, round trip and all', () => {
    talk(2);
    const ours = browser.wire.rtcp.filter((packet) => packet.kind === 'sender-report').at(-1)!;
    // The browser reports 60 ms after it got ours, and we hear of it 40 ms later than that alone would take.
    const heldMs = START_MS + nowMs - unixMsFromNtp(ours.ntp) + 60;
    nowMs += 100;
    const block = {
      ssrc: 98,
      fractionLost: 26,
      cumulativeLost: 9,
      extendedHighestSequence: 100,
      jitter: 80,
      lastSenderReport: compactNtp(ours.ntp),
      delaySinceLastSenderReport: Math.round((heldMs / 1000) * 65_536),
    };
    browser.party.rtcp(Buffer.from(writeRtcp([receiverReport(700, [block])])));
    const quality = browser.party.reports.quality.describe()!;
    expect(quality['cumulative loss']).toBe(9);
    expect(quality['average MOS']).toMatchObject({ jitter: 10, 'packet loss': 10, samples: 1 });
    expect(quality['average MOS']['round-trip time leg'] / 1000).toBeCloseTo(40, 0);
    expect(browser.party.reports.reporter).toBe(700);
  });

  it('gets no block about what it has not sent since, and a BYE when the call ends', () => {
    talk(1);
    phone.wire.rtcp.length = 0;
    for (let i = 0; i < 100; i++) {
      nowMs += 250;
      phone.party.tick(nowMs);
    }
    const [first, ...later] = phone.wire.rtcp.filter((packet) => packet.kind === 'receiver-report');
    expect(first?.reports).toHaveLength(1);
    expect(later.length).toBeGreaterThan(1);
    for (const report of later) expect(report.reports).toEqual([]);
    phone.wire.rtcp.length = 0;
    phone.party.close();
    expect(phone.wire.rtcp.map(({ kind }) => kind)).toEqual([
      'receiver-report',
      'source-description',
      'goodbye',
    ]);
    expect(phone.wire.rtcp.at(-1)).toEqual({ kind: 'goodbye', ssrcs: ['p'.charCodeAt(0)] });
    const silent = party('s', 'plain');
    silent.party.close();
    expect(silent.wire.rtcp).toEqual([]);
  });

  it('may send feedback, extended reports and reduced-size packets: counted, and passed over', () => {
    talk(1);
    const other = (packetType: number) =>
      ({ kind: 'other', packetType, count: 1, body: new Uint8Array(8) }) as const;
    for (const packets of [[other(205)], [other(206)], [receiverReport(700, []), other(207)], [other(204)]])
      browser.party.rtcp(Buffer.from(writeRtcp(packets)));
    expect(browser.party.ingress.rtcp).toMatchObject({ packets: 4, errors: 0 });
    const rtp = [phone.wire.rtp.length, browser.wire.rtp.length];
    nowMs += 250;
    for (const { party } of [phone, browser]) party.tick(nowMs);
    expect([phone.wire.rtp.length, browser.wire.rtp.length]).toEqual(rtp);
  });

  it('has each second of what it sends measured: packets, loss, jitter, score', () => {
    talk(3);
    const [, clean] = phone.party.seconds.last(2);
    expect(clean).toMatchObject({ lost: 0, roundTripMs: undefined, codec: 'PCMU' });
    expect(clean?.packets).toBeGreaterThanOrEqual(45);
    expect(clean?.packets).toBeLessThanOrEqual(55);
    expect(clean?.mos).toBeCloseTo(4.4, 1);
    talk(2, true);
    const lossy = phone.party.seconds.last(1)[0]!;
    expect(lossy.lost).toBeGreaterThanOrEqual(4);
    expect(lossy.mos).toBeLessThan(3.7);
    expect(browser.party.seconds.last(1)[0]).toMatchObject({ packets: 0, mos: undefined });
    for (let i = 0; i < 8; i++) {
      nowMs += 250;
      for (const { party } of [phone, browser]) party.tick(nowMs);
    }
    expect(phone.party.seconds.last(1)[0]).toMatchObject({ packets: 0, lost: 0, mos: undefined });
    const stamps = phone.party.seconds.last(60).map(({ atSec }) => atSec);
    expect(stamps).toEqual(stamps.map((_, n) => stamps[0]! + n));
    talk(120);
    expect(phone.party.seconds.last(1000)).toHaveLength(60);
  });

  it('hears as badly as its own reports say, when we missed nothing', () => {
    talk(2);
    const report = (fractionLost: number) =>
      browser.party.rtcp(
        Buffer.from(
          writeRtcp([
            receiverReport(700, [
              {
                ...{ ssrc: 98, fractionLost, cumulativeLost: 9, extendedHighestSequence: 100 },
                ...{ jitter: 80, lastSenderReport: 0, delaySinceLastSenderReport: 0 },
              },
            ]),
          ]),
        ),
      );
    report(51);
    talk(1);
    expect(phone.party.seconds.last(1)[0]).toMatchObject({ lost: 0 });
    expect(phone.party.seconds.last(1)[0]?.mos).toBeLessThan(3);
    report(0);
    talk(1);
    expect(phone.party.seconds.last(1)[0]?.mos).toBeGreaterThan(4.3);
  });

  it('that is silent on RTCP is judged by what reaches us for it', () => {
    talk(4, true);
    expect(browser.party.reports.quality.describe()).toBeUndefined();
    talk(4, true);
    const quality = browser.party.reports.quality.describe()!;
    expect(quality['average MOS']['packet loss']).toBeGreaterThan(5);
    expect(phone.party.reports.quality.describe()).toBeUndefined();
  });

  it('counts broken RTCP and ignores it', () => {
    phone.party.rtcp(Buffer.from([0x80, 200, 0, 99]));
    const good = senderReport({
      ssrc: 500,
      unixMs: START_MS,
      rtpTimestamp: 0,
      packetCount: 0,
      octetCount: 0,
    });
    phone.party.rtcp(Buffer.from(writeRtcp([good])));
    expect(phone.party.ingress.rtcp).toMatchObject({ errors: 1, packets: 1 });
  });

  it('whose path ended keeps its peer and its counts, and gets a new path by signalling', () => {
    speak(phone.party, 1);
    browser.party.failed('ICE or DTLS failed', browser.wire);
    expect([browser.wire.closed, browser.party.failure]).toEqual([true, 'ICE or DTLS failed']);
    const again = new WireTap('webrtc');
    browser.party.useTransport(again);
    browser.party.failed('late news of the old path', browser.wire);
    expect(browser.party.failure).toBeUndefined();
    speak(phone.party, 2);
    expect(parseRtp(again.rtp[0]!)).toMatchObject({ ssrc: 98, sequenceNumber: 2 });
  });

  it('keeps a replaced path open for a while, then closes it', () => {
    browser.party.useTransport(new WireTap('webrtc'));
    expect(browser.wire.closed).toBe(false);
    talk(6);
    expect(browser.wire.closed).toBe(true);
  });
});
