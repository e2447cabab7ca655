/**
 * Keys of a command that are read here: the name used inside, then the other names that rtpengine has for it. Case does
 * not matter, and spaces, dashes and underscores are the same.
 */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  address: [],
  'address-family': [],
  all: [],
  blob: [],
  'call-id': [],
  codec: [],
  command: [],
  'db-id': [],
  digit: ['code'],
  direction: [],
  dtls: [],
  duration: [],
  file: [],
  flags: [],
  'from-interface': [],
  'from-tag': [],
  ice: [],
  label: ['from-label'],
  limit: [],
  'media-address': [],
  'media-timeout': [],
  metadata: [],
  pause: [],
  ptime: [],
  'ptime-reverse': ['reverse-ptime'],
  'received-from': [],
  'record-call': [],
  'recording-dir': [
    'recording-path',
    'recording-directory',
    'recording-folder',
    'output-path',
    'output-dir',
    'output-directory',
    'output-folder',
  ],
  'recording-file': [
    'recording-destination',
    'recording-dest',
    'output-destination',
    'output-dest',
    'output-file',
  ],
  'recording-pattern': ['output-pattern'],
  'repeat-duration': [],
  'repeat-times': [],
  replace: [],
  'rtcp-mux': [],
  'rtpp-flags': [],
  sdes: [],
  sdp: [],
  'set-label': [],
  'start-pos': [],
  simulate: [],
  'to-interface': [],
  'to-label': [],
  'to-tag': [],
  'transport-protocol': [],
  'via-branch': [],
  volume: [],
};

/** Keys that rtpengine knows and that change nothing here. */
const KEYS_WITHOUT_EFFECT = new Set([
  'audio-player',
  'delay-buffer',
  'delete-delay',
  'drop-traffic',
  'dtls-fingerprint',
  'dtls-reverse',
  'dtmf-delay',
  'dtmf-log-dest',
  'dtmf-log-destination',
  'dtmf-security',
  'dtmf-security-trigger',
  'dtmf-security-trigger-end',
  'end-trigger',
  'end-trigger-digits',
  'end-trigger-time',
  'endpoint-learning',
  'frequencies',
  'frequency',
  'from-tags',
  'generate-rtcp',
  'ice-lite',
  'interface',
  'media-echo',
  'moh',
  'osrtp',
  'passthrough',
  'passthru',
  'player',
  'recording-media-slot-answer',
  'recording-media-slot-offer',
  'recording-media-slots',
  'sdp-attr',
  'sdp-media-remove',
  'sip-code',
  'sip-message-type',
  'sip-response-code',
  'supports',
  't.38',
  't38',
  'template',
  'to-call-id',
  'tos',
  'trigger',
  'trigger-end',
  'trigger-end-digits',
  'trigger-end-time',
  'vsc-pause-rec',
  'vsc-pause-resume-rec',
  'vsc-start-pause-resume-rec',
  'vsc-start-rec',
  'vsc-start-stop-rec',
  'vsc-stop-rec',
  'xmlrpc-callback',
]);

const BY_SPELLING = new Map(
  Object.entries(KEYS).flatMap(([name, others]) => [name, ...others].map((spelling) => [spelling, name])),
);

/** How names are compared: lower case, with dashes. */
export function spelled(name: string): string {
  return name.toLowerCase().replaceAll(/[ _]/g, '-');
}

/** The name used inside for a key, or what is wrong with it. */
export function keyNamed(key: string): { name: string } | 'without effect' | 'unknown' {
  const spelling = spelled(key);
  const name = BY_SPELLING.get(spelling);
  if (name !== undefined) return { name };
  return KEYS_WITHOUT_EFFECT.has(spelling) ? 'without effect' : 'unknown';
}
