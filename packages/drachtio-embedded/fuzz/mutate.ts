import type { Random } from './random.ts';

/** Marks and words that a parser of SIP or of the application protocol turns on. */
const MARKS = [
  '\r\n', '\r\n ', '\n', '\r', '\0', ' ', '\t', ',', ';', ':', '"', '\\', '<', '>', '@', '%', '%00', '%zz', '?', '&',
  '=', '[', ']', '|', '#', '/', '*', '\u00e9', '\u2028', '\ud800', 'Content-Length: 4294967296\r\n', 'l: 0\r\n',
  'Via: SIP/2.0/UDP x;branch=z9hG4bK\r\n', ';tag=', ';branch=z9hG4bK', 'SIP/2.0', 'sip:', '::', '99999999999', '-1',
].map((text) => Buffer.from(text)); // biome-ignore format: a table of marks

type Mutation = (bytes: Uint8Array, random: Random, other: Uint8Array) => Uint8Array;

const splice = (bytes: Uint8Array, at: number, end: number, middle: Uint8Array): Uint8Array =>
  Buffer.concat([bytes.subarray(0, at), middle, bytes.subarray(end)]);

const MUTATIONS: readonly Mutation[] = [
  function flipBits(bytes, random) {
    const copy = Uint8Array.from(bytes);
    for (let turn = random.int(8); turn >= 0 && copy.length > 0; turn--) {
      const at = random.int(copy.length);
      copy[at] = copy[at]! ^ (1 << random.int(8));
    }
    return copy;
  },
  function insertMark(bytes, random) {
    const at = random.int(bytes.length + 1);
    return splice(bytes, at, at, random.pick(MARKS));
  },
  function replaceByMark(bytes, random) {
    const at = random.int(bytes.length + 1);
    return splice(bytes, at, at + random.int(20), random.pick(MARKS));
  },
  function cut(bytes, random) {
    return bytes.subarray(0, random.int(bytes.length + 1));
  },
  function drop(bytes, random) {
    const at = random.int(bytes.length + 1);
    return splice(bytes, at, at + random.int(64), new Uint8Array(0));
  },
  function repeat(bytes, random) {
    const at = random.int(bytes.length + 1);
    const piece = bytes.subarray(at, at + 1 + random.int(40));
    return splice(bytes, at, at, Buffer.concat(Array.from({ length: 1 + random.int(30) }, () => piece)));
  },
  function cross(bytes, random, other) {
    return splice(
      bytes,
      random.int(bytes.length + 1),
      bytes.length,
      other.subarray(random.int(other.length + 1)),
    );
  },
  function swapLines(bytes, random) {
    const lines = Buffer.from(bytes).toString('latin1').split('\r\n');
    const [a, b] = [random.int(lines.length), random.int(lines.length)];
    [lines[a], lines[b]] = [lines[b]!, lines[a]!];
    return Buffer.from(lines.join('\r\n'), 'latin1');
  },
];

/** One message of the corpus, changed one to four times. */
export function mutant(corpus: readonly Uint8Array[], random: Random): Uint8Array {
  let bytes = random.pick(corpus);
  for (let turn = random.int(4); turn >= 0; turn--)
    bytes = random.pick(MUTATIONS)(bytes, random, random.pick(corpus));
  return bytes.length > 65_536 ? bytes.subarray(0, 65_536) : bytes;
}
