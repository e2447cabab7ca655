/** Inputs that cost a careless reader quadratic time: `before`, then `unit` up to the wanted size, then `after`. */
interface Hostile {
  before: string;
  unit: string;
  after?: string;
}

const head = (via = 'h;branch=z9hG4bK1') =>
  `INVITE sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP ${via}\r\nFrom: <sip:x@y>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n`;
const bare = 'INVITE sip:a@b SIP/2.0\r\nTo: <sip:a@b>\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n';
const end = '\r\n\r\n';

/** `N` in a unit becomes its number. */
export const hostile: Readonly<Record<string, Hostile>> = {
  'one long folded value': { before: `${head()}X: a`, unit: '\r\n b' },
  'folds of nothing but space': { before: `${head()}X: a`, unit: '\r\n \t ' },
  'lines without a colon': { before: head(), unit: 'a\r\n', after: '\r\n' },
  'many headers': { before: head(), unit: 'X: y\r\n', after: '\r\n' },
  'many compact names': { before: head(), unit: 'm:*\r\n', after: '\r\n' },
  'many lengths': { before: head(), unit: 'l:1\r\n', after: '\r\n' },
  'folded lengths': { before: `${head()}l:`, unit: '\r\n l:\r\n 1' },
  'a Via list': { before: `${bare}Via: `, unit: 'SIP/2.0/UDP h;branch=1,' },
  'commas in a Via': { before: `${bare}Via: `, unit: ',' },
  'Route and Record-Route lists': { before: `${head()}Record-Route: `, unit: '<sip:a;lr>,' },
  'a Contact list': { before: `${head()}Contact: `, unit: '<sip:a@b>;expires=1,' },
  'an open quote': { before: `${bare}From: "`, unit: '\\"' },
  'quotes in a Contact': { before: `${head()}Contact: `, unit: '"",' },
  'quotes and brackets': { before: `${head()}Contact: `, unit: '<">' },
  'nested brackets': { before: `${head()}Contact: `, unit: '<' },
  'square brackets': { before: `${head()}Contact: <sip:`, unit: '[' },
  'colons in a host': { before: `${head()}Contact: <sip:[`, unit: ':', after: `]>${end}` },
  'at signs': { before: `${head()}Contact: <sip:`, unit: 'a@' },
  'flags in a From': { before: `${bare}From: <sip:a@b>`, unit: ';a' },
  'distinct parameters': { before: `${bare}From: <sip:a@b>`, unit: ';pN=1' },
  'distinct URI parameters': { before: `${head()}Contact: <sip:a@b`, unit: ';pN=1', after: `>${end}` },
  'URI headers': { before: `${head()}Contact: <sip:a@b?`, unit: 'a=b&', after: `c=d>${end}` },
  'a quoted parameter': { before: `${bare}From: <sip:a@b>;x="`, unit: '\\\\', after: `"${end}` },
  'spaces in a From': { before: `${bare}From: a`, unit: ' ', after: `<sip:a@b>${end}` },
  'spaces before a paragraph separator in a Via': {
    before: `${bare}Via: SIP/2.0/UDP`,
    unit: '   ',
    after: `${'h'.repeat(20_000)}\u2028${end}`,
  },
  'spaces around a port': { before: `${bare}Via: SIP/2.0/UDP h`, unit: ' ', after: `: 5060;branch=1${end}` },
  'spaces before a CSeq method': {
    before: `${head().replace('1 INVITE\r\n', '1')}`,
    unit: ' ',
    after: `INVITE${end}`,
  },
  'spaces at the end of lines': { before: `${head()}X: `, unit: ' ', after: `y${' '.repeat(1000)}${end}` },
  'digits in a CSeq': { before: `${head().replace('1 INVITE\r\n', '')}`, unit: '1', after: ` INVITE${end}` },
  credentials: { before: `${head()}Authorization: Digest `, unit: 'aN="b",' },
  'escaped credentials': { before: `${head()}Authorization: Digest a="`, unit: '\\"', after: `"${end}` },
  'escapes in the Request-URI': { before: 'INVITE sip:', unit: '%61', after: '@b SIP/2.0\r\nTo: x\r\n\r\n' },
  'broken escapes': { before: 'INVITE sip:', unit: '%6', after: '@b SIP/2.0\r\nTo: x\r\n\r\n' },
  'required extensions': { before: `${head()}Require: `, unit: 'aN,' },
  'empty lines': { before: '', unit: '\r\n', after: 'X' },
  'bare line feeds': { before: head(), unit: 'a:b\n' },
  'bare carriage returns': { before: head(), unit: 'a:b\r' },
  'a long start line': { before: 'INVITE ', unit: 'a ' },
  'a long method': { before: '', unit: 'A' },
  'a long header name': { before: head(), unit: 'A', after: `:${end}` },
  'a long reason': { before: 'SIP/2.0 200 ', unit: 'x\u00e9' },
  'ends of headers': { before: head(), unit: 'X:\r\n\r' },
  'small messages': { before: '', unit: 'A a SIP/2.0\r\nl:0\r\n\r\n' },
  frames: { before: '', unit: '1#a' },
  'tokens of a frame': { before: '1|sip', unit: '|' },
  'destinations of a proxy command': {
    before: '1|proxy|t|||||||',
    unit: 'sip:a|',
    after: '\r\nA sip:a SIP/2.0\r\n\r\n',
  },
};

/** One of them, of `size` bytes or a little less. */
export function hostileBytes(name: string, size: number): Uint8Array {
  const { before, unit, after = end } = hostile[name]!;
  const space = size - Buffer.byteLength(before) - Buffer.byteLength(after);
  const parts: string[] = [before];
  for (let index = 0, length = 0; ; index++) {
    const part = unit.replaceAll('N', String(index));
    length += Buffer.byteLength(part);
    if (length > space) break;
    parts.push(part);
  }
  return Buffer.from(parts.join('') + after);
}
