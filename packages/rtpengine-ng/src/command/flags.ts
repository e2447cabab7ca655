import type { NgDictionary } from '../value.ts';
import { spelled } from './names.ts';

/** Words of `flags` that are understood here, lower case with dashes. */
export const FLAGS = [
  'all',
  'always-transcode',
  'detect-dtmf',
  'discard-recording',
  'fatal',
  'full-rtcp-attribute',
  'generate-mid',
  'inject-dtmf',
  'no-rtcp-attribute',
  'original-sendrecv',
  'pad-crypto',
  'pause',
  'port-latching',
  'record-call',
  'single-codec',
  'sip-source-address',
  'strict-source',
  'symmetric',
  'trust-address',
] as const;
export type NgFlag = (typeof FLAGS)[number];

const BY_SPELLING = new Map<string, NgFlag>(FLAGS.map((flag) => [flag, flag]));

/** Words that rtpengine knows and that change nothing here. */
const WITHOUT_EFFECT = new Set([
  'allow-asymmetric-codec',
  'allow-asymmetric-codecs',
  'allow-empty-codec-media',
  'allow-empty-codec-medias',
  'allow-no-codec-media',
  'allow-no-codec-medias',
  'allow-transcoding',
  'asymmetric',
  'asymmetric-codecs',
  'audio-player',
  'block-dtmf',
  'block-egress',
  'block-short',
  'block-short-packets',
  'block-shorts',
  'debug',
  'debugging',
  'directional',
  'early-media',
  'egress',
  'exclude-recording',
  'fragment',
  'generate-rtcp',
  'ice-reject',
  'inactive',
  'loop-protect',
  'media-handover',
  'mirror-rtcp',
  'nat-wait',
  'new-branch',
  'no-audio-player',
  'no-codec-renegotiation',
  'no-jitter-buffer',
  'no-passthrough',
  'no-player',
  'no-port-latching',
  'no-redis-update',
  'passthrough',
  'pierce-nat',
  'player',
  'provisional',
  'recording-announcement',
  'recording-vsc',
  'reject-ice',
  'reorder-codecs',
  'reset',
  'reuse-codecs',
  'rtcp-mirror',
  'siprec',
  'skip-recording-database',
  'skip-recording-db',
  'static-codec',
  'static-codecs',
  'strip-extmap',
  'symmetric-codecs',
  'to-tag',
  'trickle-ice',
  'unidirectional',
]);

/** What a word of `flags` is, unless it stands for another key. */
export function flagNamed(word: string): { flag: NgFlag } | 'without effect' | 'unknown' {
  const spelling = spelled(word);
  const flag = BY_SPELLING.get(spelling);
  if (flag) return { flag };
  return WITHOUT_EFFECT.has(spelling) ? 'without effect' : 'unknown';
}

/** What can be done with codecs; each is a list in the dictionary `codec`. */
export const CODEC_OPERATIONS = [
  'accept',
  'consume',
  'except',
  'mask',
  'offer',
  'set',
  'strip',
  'transcode',
] as const;

/** Beginnings of words in `flags` that say what also has a key of its own; `codec.x` is list x of the key `codec`. */
const PREFIXES: readonly (readonly [prefix: string, key: string])[] = [
  ...CODEC_OPERATIONS.map((operation) => [`codec-${operation}-`, `codec.${operation}`] as const),
  ['transcode-', 'codec.transcode'],
  ['replace-', 'replace'],
  ['rtcp-mux-', 'rtcp-mux'],
  ['sdes-', 'sdes'],
];

/** What the one word `webrtc` stands for. */
export const WEBRTC: NgDictionary = {
  'transport-protocol': 'UDP/TLS/RTP/SAVPF',
  ICE: 'force',
  'rtcp-mux': ['offer', 'require'],
  SDES: ['off'],
  flags: ['generate-mid', 'no-rtcp-attribute'],
};

/** Transports that some write as a flag of their own. */
const TRANSPORT = /^(?:UDP\/TLS\/)?RTP\/S?AVPF?$/i;

/** What a word such as `codec-strip-all`, `ICE=remove` or `RTP/AVP` stands for. */
export function optionInFlag(word: string): { key: string; value: string } | undefined {
  const equals = word.indexOf('=');
  if (equals > 0) return { key: keyOf(word.slice(0, equals)), value: word.slice(equals + 1) };
  if (TRANSPORT.test(word)) return { key: 'transport-protocol', value: word };
  // Only the beginning: the rest, a codec or a cipher, keeps its letters.
  const spelling = spelled(word);
  const found = PREFIXES.find(([prefix]) => spelling.startsWith(prefix) && spelling.length > prefix.length);
  return found && { key: found[1], value: word.slice(found[0].length) };
}

function keyOf(name: string): string {
  const asPrefix = `${spelled(name)}-`;
  return PREFIXES.find(([prefix]) => prefix === asPrefix)?.[1] ?? name;
}
