import { HepRecorder } from '@ringback/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ENGINES, type RunningEngine, until } from './media-engine.ts';
import { type NgClient, openNgClient, PROFILES } from './ng-client.ts';
import { PlainPhone } from './plain-phone.ts';

/** Every name in the reply of Debian's rtpengine 10.5; `*` stands for a tag, an SSRC or a place in a list. */
const NAMES = [
  ...['SSRC', 'created', 'created_us', 'last signal', 'tags', 'totals'],
  ...['totals.RTCP', 'totals.RTP'],
  ...counters('totals.RTP'),
  ...counters('totals.RTCP'),
  ...['SSRC.*', 'SSRC.*.MOS progression', 'SSRC.*.cumulative loss'],
  ...[
    'SSRC.*.MOS progression.entries',
    'SSRC.*.MOS progression.interval',
    'SSRC.*.MOS progression.entries.*',
  ],
  ...sample('SSRC.*.MOS progression.entries.*', 'reported at'),
  ...sample('SSRC.*.average MOS', 'samples'),
  ...sample('SSRC.*.lowest MOS', 'reported at'),
  ...sample('SSRC.*.highest MOS', 'reported at'),
  ...['SSRC.*.average MOS', 'SSRC.*.lowest MOS', 'SSRC.*.highest MOS'],
  ...['tags.*', 'tags.*.created', 'tags.*.medias', 'tags.*.medias.*', 'tags.*.tag'],
  ...['subscribers', 'subscriptions'].flatMap((list) =>
    ['', '.*', '.*.tag', '.*.type'].map((name) => `tags.*.${list}${name}`),
  ),
  ...['codec', 'flags', 'flags.*', 'index', 'protocol', 'streams', 'streams.*', 'type'].map(
    (name) => `tags.*.medias.*.${name}`,
  ),
  ...['SSRC', 'family', 'flags', 'flags.*', 'last packet', 'local address', 'local port', 'stats'].map(
    stream,
  ),
  ...['', '.address', '.family', '.port'].flatMap((name) => [
    stream(`endpoint${name}`),
    stream(`advertised endpoint${name}`),
  ]),
  ...counters(stream('stats')),
];

/** What versions since mr11 tell beyond that. */
const NEWER = [
  ...['created_ts', 'last redis update'],
  ...['last kernel packet', 'last user packet', 'stats_out', 'ingress SSRCs', 'egress SSRCs'].map(stream),
  ...counters(stream('stats_out')),
  ...['ingress SSRCs.*', 'egress SSRCs.*'].flatMap((list) => [
    stream(list),
    ...['SSRC', 'bytes', 'packets', 'last RTP seq', 'last RTP timestamp'].map((name) =>
      stream(`${list}.${name}`),
    ),
  ]),
];

/** What no rtpengine tells, and a page that draws the quality of a call by the second needs. */
const OURS = [
  ...['cumulative loss', 'jitter'].map((name) => stream(`ingress SSRCs.*.${name}`)),
  ...['', '.*', '.*.MOS', '.*.codec', '.*.jitter_us', '.*.lost', '.*.packets', '.*.reported at'].map(
    (name) => `tags.*.medias.*.seconds${name}`,
  ),
  'tags.*.medias.*.seconds.*.round-trip time',
];

function stream(name: string): string {
  return `tags.*.medias.*.streams.*.${name}`;
}

function counters(of: string): string[] {
  return ['bytes', 'errors', 'packets'].map((name) => `${of}.${name}`);
}

function sample(of: string, last: string): string[] {
  return ['MOS', 'jitter', 'packet loss', 'round-trip time', 'round-trip time leg', last].map(
    (name) => `${of}.${name}`,
  );
}

/** Paths of all names in a reply. */
function namesIn(value: unknown, path: readonly string[] = []): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const open = Array.isArray(value) || ['SSRC', 'tags'].includes(path.join('.'));
  return Object.entries(value).flatMap(([name, inner]) => {
    const at = [...path, open ? '*' : name];
    return [at.join('.'), ...namesIn(inner, at)];
  });
}

const sorted = (names: readonly string[]) => [...new Set(names)].sort();

describe.each(ENGINES)('what $name tells of a call', (engine) => {
  let server: RunningEngine;
  let collector: HepRecorder;
  let ng: NgClient;
  let alice: PlainPhone;
  let bob: PlainPhone;
  const call = { 'call-id': 'statistics@127.0.0.1', 'from-tag': 'a' };

  beforeAll(async () => {
    collector = await HepRecorder.open();
    server = await engine.start({ homerPort: collector.address.port });
    ng = await openNgClient(server.ngPort);
  });
  afterAll(async () => {
    ng?.close();
    await server?.stop();
    collector?.close();
  });
  beforeEach(async () => {
    alice = await PlainPhone.open();
    bob = await PlainPhone.open();
    const toBob = await ng.sdp('offer', { ...call, ...PROFILES.toPlain, sdp: alice.describe() });
    bob.connect(toBob);
    const answer = { ...call, ...PROFILES.toPlain, 'to-tag': 'b', sdp: bob.describe() };
    alice.connect(await ng.sdp('answer', answer));
    alice.play(440);
    bob.play(1000);
  });
  afterEach(async () => {
    alice.hangUp();
    bob.hangUp();
    await ng.send('delete', { 'call-id': call['call-id'] });
  });

  const withQuality = () =>
    until('quality of both sides', async () => {
      const reply = await ng.send('query', { 'call-id': call['call-id'] });
      const whole = Object.keys(reply.SSRC).length === 2 && alice.reports.length > 1;
      const names = namesIn(reply);
      const measured = engine.name === 'debian' || OURS.every((name) => names.includes(name));
      return whole && measured ? reply : undefined;
    });

  it('has the names of rtpengine, each of them, in query and delete', async () => {
    const { result, ...reply } = await withQuality();
    expect(result).toBe('ok');
    const expected = engine.name === 'debian' ? NAMES : [...NAMES, ...NEWER, ...OURS];
    // ICE roles are among its flags, whatever the call.
    expect(sorted(namesIn(reply))).toEqual(sorted(expected));
    const { result: done, ...end } = await ng.send('delete', call);
    expect(done).toBe('ok');
    expect(sorted(namesIn(end))).toEqual(sorted(expected));
  });

  it('is mirrored to HOMER: the reports of both, under the call-id', async () => {
    await withQuality();
    const fromBoth = () => {
      const reports = collector.packets
        .filter(({ protocolType }) => protocolType === 5)
        .map((packet) => ({ ...packet, json: JSON.parse(Buffer.from(packet.payload).toString()) }));
      const withBlock = reports.filter(({ json }) => json.report_blocks?.length > 0);
      const ssrcs = new Set(withBlock.map(({ json }) => json.ssrc));
      return ssrcs.has(alice.ssrc) && ssrcs.has(bob.ssrc) ? withBlock : undefined;
    };
    const reports = await until('the reports of both at the collector', fromBoth);
    const ofAlice = reports.find(({ json }) => json.ssrc === alice.ssrc)!;
    expect(ofAlice).toMatchObject({
      ...{ ipFamily: 2, ipProtocol: 17, captureId: 77, correlationId: call['call-id'] },
      ...{ sourceAddress: '127.0.0.1', sourcePort: alice.port + 1, destinationAddress: '127.0.0.1' },
      destinationPort: alice.target.rtcpPort,
    });
    const whole = expect.any(Number);
    expect(ofAlice.json).toMatchObject({
      sender_information: {
        ...{ ntp_timestamp_sec: whole, ntp_timestamp_usec: whole, rtp_timestamp: whole },
        ...{ octets: whole, packets: whole },
      },
      ...{ ssrc: alice.ssrc, type: 200, report_count: 1, sdes_report_count: 1 },
      report_blocks: [
        {
          ...{ source_ssrc: bob.ssrc, highest_seq_no: whole, fraction_lost: whole, ia_jitter: whole },
          ...{ packets_lost: whole, lsr: whole, dlsr: whole },
        },
      ],
      sdes_information: [{ sdes_chunk_ssrc: alice.ssrc, type: 1, text: 'phone' }],
    });
    expect(Math.abs(ofAlice.timeMs - Date.now())).toBeLessThan(60_000);
  });
});
