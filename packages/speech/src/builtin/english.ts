/** Below this a piece is joined to its neighbour: very short utterances sound clipped. */
const SHORT = 40;
/** A piece of more is cut between words, so that one text never holds the synthesizer for long. */
const LONG = 300;

const REPLACEMENTS: readonly (readonly [RegExp, string])[] = [
  [/[\u2018\u2019\u02bc]/g, "'"],
  [/[\u201c\u201d\u00ab\u00bb]/g, '"'],
  [/[\u2013\u2014]/g, ', '],
  [/\u2026/g, '...'],
  [/\u20ac\s?(\d[\d.,]*\d|\d)/g, '$1 euros'],
  [/\u00a3\s?(\d[\d.,]*\d|\d)/g, '$1 pounds'],
  [/\u00b0/g, ' degrees '],
  [/\u00df/g, 'ss'],
  [/[\u00e6\u00c6]/g, 'ae'],
  [/[\u00f8\u00d8]/g, 'o'],
];

/** What an English voice that knows ASCII alone can say of a text; empty when there is nothing. */
export function toSpeakableAscii(text: string): string {
  const replaced = REPLACEMENTS.reduce((sofar, [from, to]) => sofar.replace(from, to), text);
  const ascii = replaced
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .replace(/[^\x20-\x7e]+/g, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();
  return /[a-z0-9]/i.test(ascii) ? ascii : '';
}

/** Cuts a text after sentences, or else between words, into pieces that are spoken one after the other. */
export function utterances(text: string): string[] {
  const pieces: string[] = [];
  let piece = '';
  for (const sentence of sentencesOf(text).flatMap(cutLong)) {
    if (piece !== '' && piece.length + sentence.length > LONG) {
      pieces.push(piece);
      piece = '';
    }
    piece = piece === '' ? sentence : `${piece} ${sentence}`;
    if (piece.length < SHORT) continue;
    pieces.push(piece);
    piece = '';
  }
  if (piece !== '') pieces.push(piece);
  return pieces;
}

function sentencesOf(text: string): string[] {
  const sentences: string[] = [];
  let start = 0;
  for (const stop of text.matchAll(/[.!?][)"']* +/g)) {
    const end = stop.index + stop[0].length;
    // "Dr. Smith", "J. Doe", "p.m. on": short words before a single full stop do not end a sentence.
    if (/(^|[ .(])\w{1,3}\.$/.test(text.slice(start, end).trimEnd())) continue;
    sentences.push(text.slice(start, end).trim());
    start = end;
  }
  return [...sentences, text.slice(start).trim()].filter((sentence) => sentence !== '');
}

function cutLong(sentence: string): string[] {
  const pieces: string[] = [];
  let rest = sentence;
  while (rest.length > LONG) {
    const space = rest.lastIndexOf(' ', LONG);
    const end = space > 0 ? space : LONG;
    pieces.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  return [...pieces, rest];
}
