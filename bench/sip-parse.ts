/**
 * How fast @ringback/sip reads SIP, beside the parsers of drachtio-srf, SIP.js and JsSIP in the same run, and how long
 * its worst 64 KB input takes. Run: npm run bench:parse
 *
 * The others take text, so their figure includes the decoding of the bytes that a socket delivers. SIP.js and JsSIP
 * parse From, To, Via and CSeq at once; `parse + validate` is our figure for that amount of work.
 */
import { createRequire } from 'node:module';
import { isUsableResponse, maxMessageBytes, parseMessage, validateRequest } from '@ringback/sip';

type Parse = (bytes: Uint8Array) => unknown;

const sdp = `v=0
o=- 4611731400430051336 2 IN IP4 127.0.0.1
s=-
c=IN IP4 127.0.0.1
t=0 0
m=audio 40000 RTP/AVP 0 8 101
a=rtpmap:0 PCMU/8000
a=rtpmap:8 PCMA/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-16
a=ptime:20
a=sendrecv
`;

function message(startLine: string, cseq: string, extra: string, body = ''): Uint8Array {
  const head = `${startLine}
Via: SIP/2.0/UDP 192.0.2.10:5060;rport;branch=z9hG4bKPj3f0b9c1e8a7d4b1f
Max-Forwards: 70
From: "Alice Example" <sip:1001@ringback.local>;tag=9fxced76sl
To: <sip:1002@ringback.local>;tag=1410948204
Call-ID: 3848276298220188511@192.0.2.10
CSeq: ${cseq}
${extra}Content-Length: ${Buffer.byteLength(body.replaceAll('\n', '\r\n'))}

`;
  return Buffer.from((head + body).replaceAll('\n', '\r\n'));
}

const authorization = `Authorization: Digest username="1001", realm="ringback.local", nonce="5a1b0c3d9e", uri="sip:ringback.local", \
response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1", algorithm=SHA-256, cnonce="0a4f113b", qop=auth, nc=00000001
`;
const allow =
  'Allow: INVITE,ACK,CANCEL,BYE,UPDATE,MESSAGE,OPTIONS,REFER,INFO,NOTIFY\nSupported: outbound, timer\nUser-Agent: bench/1.0\n';
const contact = 'Contact: <sip:1001@192.0.2.10:5060;transport=udp>\n';

/** The messages of one call with its registration, as a phone sends them. */
const corpus: readonly Uint8Array[] = [
  message(
    'REGISTER sip:ringback.local SIP/2.0',
    '2 REGISTER',
    `${contact}Expires: 600\n${authorization}${allow}`,
  ),
  message(
    'INVITE sip:1002@ringback.local SIP/2.0',
    '1 INVITE',
    `${contact}${allow}Content-Type: application/sdp\n`,
    sdp,
  ),
  message('SIP/2.0 180 Ringing', '1 INVITE', `${contact}${allow}`),
  message('SIP/2.0 200 OK', '1 INVITE', `${contact}${allow}Content-Type: application/sdp\n`, sdp),
  message('ACK sip:1002@192.0.2.20:5060 SIP/2.0', '1 ACK', ''),
  message(
    'BYE sip:1002@192.0.2.20:5060 SIP/2.0',
    '2 BYE',
    'Reason: Q.850;cause=16;text="Normal call clearing"\n',
  ),
];

function parseAndValidate(bytes: Uint8Array): unknown {
  const result = parseMessage(bytes);
  if (!result.ok) return undefined;
  const { message: read } = result;
  const fit = read.kind === 'request' ? validateRequest(read) === undefined : isUsableResponse(read);
  return fit ? read : undefined;
}

const text = (bytes: Uint8Array) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');

async function contestants(): Promise<[string, Parse][]> {
  const require = createRequire(import.meta.url);
  const Drachtio = require('drachtio-srf/lib/sip-parser/message.js') as new (text: string) => unknown;
  const jssip = require('jssip/lib/Parser.js') as { parseMessage(text: string, ua: object): unknown };
  const sipjsPath = 'sip.js/lib/core/messages/parser.js';
  const sipjs = (await import(sipjsPath)) as {
    Parser: { parseMessage(text: string, logger: object): unknown };
  };
  const quiet = { warn: () => undefined, error: () => undefined };
  return [
    ['@ringback/sip parse', parseMessage],
    ['@ringback/sip parse + validate', parseAndValidate],
    ['drachtio-srf', (bytes) => new Drachtio(text(bytes))],
    ['SIP.js', (bytes) => sipjs.Parser.parseMessage(text(bytes), quiet)],
    ['JsSIP', (bytes) => jssip.parseMessage(text(bytes), {})],
  ];
}

function messagesPerSecond(parse: Parse, milliseconds: number): number {
  const startMs = performance.now();
  let count = 0;
  let nowMs = startMs;
  while (nowMs - startMs < milliseconds) {
    for (const bytes of corpus)
      if (parse(bytes) === undefined) throw new Error('a parser refused a good message');
    count += corpus.length;
    nowMs = performance.now();
  }
  return (count * 1000) / (nowMs - startMs);
}

const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** Rounds take turns, so that whatever else the machine does meets all alike. */
async function compare(): Promise<void> {
  const parsers = await contestants();
  const rounds = new Map<string, number[]>(parsers.map(([name]) => [name, []]));
  for (const [, parse] of parsers) messagesPerSecond(parse, 200);
  for (let round = 0; round < 9; round++) {
    for (const [name, parse] of parsers) rounds.get(name)!.push(messagesPerSecond(parse, 100));
  }
  const figures = parsers.map(([name]) => [name, median(rounds.get(name)!)] as const);
  const [, ours] = figures[0]!;
  for (const [name, figure] of figures) {
    const ratio = (ours / figure).toFixed(1);
    console.log(
      `${name.padEnd(32)} ${Math.round(figure).toLocaleString('en').padStart(10)} messages/s   x${ratio}`,
    );
  }
}

const headOf =
  'INVITE sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nTo: <sip:a@b>\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n';
/** Inputs that cost a careless parser quadratic time: `before`, then `unit` up to 64 KB, then `after`. */
const hostile: readonly [string, string, string, string][] = [
  ['one long folded value', `${headOf}X: a`, '\r\n b', '\r\n\r\n'],
  ['lines without a colon', headOf, 'a\r\n', '\r\n'],
  ['a Via list', `${headOf}Via: `, 'SIP/2.0/UDP h;branch=1,', 'x\r\n\r\n'],
  ['commas in a Via', `${headOf.replace('h;branch=z9hG4bK1', 'h')}Via: `, ',', '\r\n\r\n'],
  ['an open quote', `${headOf}From: "`, '\\"', '\r\n\r\n'],
  ['quotes in a Contact', `${headOf}From: <sip:a@b>\r\nContact: `, '"",', '\r\n\r\n'],
  ['semicolons in a From', `${headOf}From: <sip:a@b>`, ';a', '\r\n\r\n'],
  ['distinct parameters', `${headOf}From: <sip:a@b>`, ';pN=1', '\r\n\r\n'],
  ['spaces in a From', `${headOf}From: a`, ' ', '<sip:a@b>\r\n\r\n'],
  ['spaces in a Via', `${headOf.replace('UDP h', `UDP h${' '.repeat(60_000)}`)}X: `, 'x', '\r\n\r\n'],
  ['escapes in the Request-URI', 'INVITE sip:', '%61', '@b SIP/2.0\r\nTo: x\r\n\r\n'],
  ['empty lines', '', '\r\n', 'X'],
  ['a long start line', 'INVITE ', 'a ', '\r\n\r\n'],
];

function worst(): void {
  for (const [name, before, unit, after] of hostile) {
    const space = maxMessageBytes - before.length - after.length;
    let middle = '';
    for (let index = 0; middle.length + unit.length + 6 < space; index++)
      middle += unit.replace('N', String(index));
    const bytes = Buffer.from(before + middle + after);
    const times: number[] = [];
    for (let round = 0; round < 7; round++) {
      const startMs = performance.now();
      parseAndValidate(bytes);
      times.push(performance.now() - startMs);
    }
    console.log(
      `64 KB: ${name.padEnd(28)} ${median(times).toFixed(2).padStart(7)} ms, first ${times[0]!.toFixed(2)} ms`,
    );
  }
}

await compare();
worst();
