import { remoteAudio } from '@ringback/sdp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENGINES, type RunningEngine } from './media-engine.ts';
import { type NgClient, openNgClient, PROFILES } from './ng-client.ts';

const LINES = {
  opus: '111 opus/48000/2',
  g722: '9 G722/8000',
  pcmu: '0 PCMU/8000',
  pcma: '8 PCMA/8000',
  event48: '110 telephone-event/48000',
  event8: '126 telephone-event/8000',
  made8: '96 telephone-event/8000',
  made48: '97 telephone-event/48000',
  madeOpus: '96 opus/48000/2',
  silly: '99 silly/16000',
} as const;
type Format = keyof typeof LINES;

const BROWSER: readonly Format[] = ['opus', 'g722', 'pcmu', 'pcma', 'event48', 'event8'];

type Row = {
  what: string;
  offered: readonly Format[];
  codec?: object;
  flags?: readonly string[];
  shown: readonly Format[];
  accepted: readonly Format[];
  answerFlags?: readonly string[];
  answered: readonly Format[];
  /** Why rtpengine 10.5 does it otherwise. */
  unlike?: string;
};

const ROWS: readonly Row[] = [
  {
    what: 'nothing is asked',
    offered: BROWSER,
    shown: BROWSER,
    accepted: ['pcmu', 'event8'],
    answered: ['pcmu', 'event8'],
  },
  {
    what: 'the answer has another order',
    offered: BROWSER,
    shown: BROWSER,
    accepted: ['pcma', 'pcmu', 'event8'],
    answered: ['pcma', 'pcmu', 'event8'],
  },
  {
    what: 'single-codec',
    offered: BROWSER,
    shown: BROWSER,
    accepted: ['pcmu', 'pcma', 'event8'],
    answerFlags: ['single-codec'],
    answered: ['pcmu', 'event8'],
  },
  {
    what: 'strip all, except one',
    offered: BROWSER,
    codec: { strip: ['all'], except: ['PCMA'] },
    shown: ['pcma'],
    accepted: ['pcma'],
    answered: ['pcma'],
  },
  {
    what: 'strip all, offer some in their order',
    offered: BROWSER,
    codec: { strip: ['all'], offer: ['PCMA', 'PCMU', 'telephone-event'] },
    shown: ['pcma', 'pcmu', 'event8'],
    accepted: ['pcma'],
    answered: ['pcma'],
  },
  {
    what: 'strip everything: as if nothing had been asked',
    offered: ['opus', 'pcmu'],
    codec: { strip: ['all'] },
    shown: ['opus', 'pcmu'],
    accepted: ['opus'],
    answered: ['opus'],
  },
  {
    what: 'an Opus-only offer for a PCMU phone',
    offered: ['opus'],
    codec: { mask: ['opus'], transcode: ['PCMU'] },
    shown: ['pcmu'],
    accepted: ['pcmu'],
    answered: ['opus'],
  },
  {
    what: 'the same by words in flags',
    offered: ['opus'],
    flags: ['codec-mask-opus', 'codec-transcode-PCMU'],
    shown: ['pcmu'],
    accepted: ['pcmu'],
    answered: ['opus'],
  },
  {
    what: 'the same with events, each side on its clock',
    offered: ['opus', 'event48'],
    codec: { mask: ['opus'], transcode: ['PCMU'] },
    shown: ['pcmu', 'made8'],
    accepted: ['pcmu', 'made8'],
    answered: ['opus', 'event48'],
  },
  {
    what: 'the same with events of both clocks',
    offered: ['opus', 'event48', 'event8'],
    codec: { mask: ['all'], transcode: ['PCMU', 'telephone-event'] },
    shown: ['pcmu', 'event8'],
    accepted: ['pcmu', 'event8'],
    answered: ['opus', 'event48'],
  },
  {
    what: 'the same, and a phone without events',
    offered: ['opus', 'event48'],
    codec: { mask: ['opus'], transcode: ['PCMU'] },
    shown: ['pcmu', 'made8'],
    accepted: ['pcmu'],
    answered: ['opus', 'event48'],
    unlike: 'it makes no tones of events unless it is told to: the browser gets none',
  },
  {
    what: 'two laws made of Opus',
    offered: ['opus'],
    codec: { mask: ['opus'], transcode: ['PCMU', 'PCMA'] },
    shown: ['pcmu', 'pcma'],
    accepted: ['pcma'],
    answered: ['opus'],
  },
  {
    what: 'a PCMU offer for an Opus browser',
    offered: ['pcmu'],
    codec: { mask: ['PCMU'], transcode: ['opus'] },
    shown: ['madeOpus'],
    accepted: ['madeOpus'],
    answered: ['pcmu'],
  },
  {
    what: 'a PCMU offer with events for an Opus browser',
    offered: ['pcmu', 'event8'],
    codec: { mask: ['PCMU'], transcode: ['opus'] },
    shown: ['madeOpus', 'made48'],
    accepted: ['madeOpus', 'made48'],
    answered: ['pcmu', 'event8'],
  },
  {
    what: 'stripped ones are not stood in for',
    offered: ['opus', 'pcma'],
    codec: { strip: ['opus'], transcode: ['PCMU'] },
    shown: ['pcma', 'pcmu'],
    accepted: ['pcmu'],
    answered: ['pcma'],
  },
  {
    what: 'the first that was hidden is answered',
    offered: ['pcma', 'opus'],
    codec: { mask: ['opus', 'PCMA'], transcode: ['PCMU'] },
    shown: ['pcmu'],
    accepted: ['pcmu'],
    answered: ['pcma'],
  },
  {
    what: 'nothing is hidden from who has it all',
    offered: ['opus', 'pcmu'],
    codec: { mask: ['all'], transcode: ['PCMU'] },
    shown: ['pcmu'],
    accepted: ['pcmu'],
    answered: ['pcmu'],
  },
  {
    what: 'what nobody here decodes goes when something is made',
    offered: ['silly', 'pcmu'],
    codec: { transcode: ['PCMA'] },
    shown: ['pcmu', 'pcma'],
    accepted: ['pcma'],
    answered: ['pcmu'],
  },
  {
    what: 'and stays when nothing is',
    offered: ['silly', 'pcmu'],
    codec: { transcode: ['PCMU'] },
    shown: ['silly', 'pcmu'],
    accepted: ['pcmu'],
    answered: ['pcmu'],
  },
  {
    what: 'accept',
    offered: ['pcmu', 'opus'],
    codec: { accept: ['opus'] },
    shown: ['pcmu', 'opus'],
    accepted: ['pcmu'],
    answered: ['opus'],
  },
  {
    what: 'always-transcode',
    offered: ['opus', 'pcmu'],
    flags: ['always-transcode'],
    shown: ['opus', 'pcmu'],
    accepted: ['pcmu'],
    answered: ['opus'],
  },
  {
    what: 'consume',
    offered: ['opus', 'pcmu'],
    codec: { consume: ['opus'] },
    shown: ['pcmu'],
    accepted: ['pcmu'],
    answered: ['opus'],
  },
  {
    what: 'telephone-event added',
    offered: ['pcmu'],
    codec: { transcode: ['telephone-event'] },
    shown: ['pcmu', 'made8'],
    accepted: ['pcmu', 'made8'],
    answered: ['pcmu'],
  },
  {
    what: 'a phone that answers something else than it was offered',
    offered: ['opus'],
    shown: ['opus'],
    accepted: ['pcmu'],
    answered: ['opus'],
  },
  {
    what: 'offer alone',
    offered: ['opus', 'pcmu'],
    codec: { offer: ['PCMU'] },
    shown: ['pcmu', 'opus'],
    accepted: ['pcmu'],
    answered: ['pcmu'],
    unlike: 'it orders by this list only what was stripped before; newer ones do always',
  },
];

let port = 41_000;
function describeAs(formats: readonly Format[]): string {
  const lines = formats.map((format) => LINES[format]);
  port += 2;
  return [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    'c=IN IP4 127.0.0.1',
    't=0 0',
    `m=audio ${port} RTP/AVP ${lines.map((line) => line.split(' ')[0]).join(' ')}`,
    ...lines.map((line) => `a=rtpmap:${line}`),
    '',
  ].join('\r\n');
}

function formatsOf(sdp: string): string[] {
  return remoteAudio(sdp).codecs.map(({ payloadType, name, clockRate, channels }) => {
    return `${payloadType} ${name}/${clockRate}${channels ? `/${channels}` : ''}`;
  });
}
const linesOf = (formats: readonly Format[]) => formats.map((format) => LINES[format]);

describe.each(ENGINES)('codec options of $name', (engine) => {
  let server: RunningEngine;
  let ng: NgClient;
  beforeAll(async () => {
    server = await engine.start();
    ng = await openNgClient(server.ngPort);
  });
  afterAll(async () => {
    ng?.close();
    await server?.stop();
  });

  const unlike = (row: Row) => engine.name === 'debian' && row.unlike !== undefined;

  it.each(ROWS.filter((row) => !unlike(row)))('$what', async (row) => {
    const call = { 'call-id': row.what, 'from-tag': 'a' };
    const profile = (flags: readonly string[] = []) => ({
      ...PROFILES.toPlain,
      flags: [...PROFILES.toPlain.flags, ...flags],
    });
    const offer = { ...call, ...profile(row.flags), ...(row.codec && { codec: row.codec }) };
    const toPhone = await ng.sdp('offer', { ...offer, sdp: describeAs(row.offered) });
    expect(formatsOf(toPhone)).toEqual(linesOf(row.shown));
    const answer = { ...call, ...profile(row.answerFlags), 'to-tag': 'b' };
    const toOfferer = await ng.sdp('answer', { ...answer, sdp: describeAs(row.accepted) });
    expect(formatsOf(toOfferer)).toEqual(linesOf(row.answered));
    await ng.send('delete', { 'call-id': row.what });
  });

  it.skip.each(ROWS.filter(unlike))('$what: $unlike', () => undefined);
});
