/** One of rtpengine's options, and what this server makes of it. */
export type OptionSpec = {
  name: string;
  short?: string;
  /** What stands for its value in the usage; left out, the option is a flag. */
  value?: string;
  text: string;
  /** Taken, to no effect: why. */
  ignored?: string;
  /** Not taken: what to do instead. */
  refused?: string;
};

const SERVED: readonly OptionSpec[] = [
  {
    name: 'interface',
    short: 'i',
    value: '[NAME/]ADDRESS[!ADVERTISED]',
    text: 'address of the media sockets, with the one that stands in SDP when it differs; several (127.0.0.1)',
  },
  { name: 'listen-ng', short: 'n', value: '[ADDRESS:]PORT', text: 'NG protocol over UDP (127.0.0.1:22222)' },
  { name: 'listen-tcp-ng', short: 'N', value: '[ADDRESS:]PORT', text: 'NG protocol over TCP' },
  { name: 'listen-http', value: '[ADDRESS:]PORT', text: 'NG protocol over HTTP and WebSocket' },
  { name: 'listen-https', value: '[ADDRESS:]PORT', text: 'the same over TLS' },
  { name: 'https-cert', value: 'FILE', text: 'its certificate, PEM' },
  { name: 'https-key', value: 'FILE', text: 'its private key, PEM; of --https-cert when absent' },
  { name: 'port-min', short: 'm', value: 'PORT', text: 'lowest port for media (30000)' },
  { name: 'port-max', short: 'M', value: 'PORT', text: 'highest port for media (40000)' },
  { name: 'timeout', short: 'o', value: 'SECONDS', text: 'a call without a packet is freed after (60)' },
  { name: 'silent-timeout', short: 's', value: 'SECONDS', text: 'the same while it is on hold (3600)' },
  { name: 'offer-timeout', value: 'SECONDS', text: 'an offer that nobody answers is forgotten after (300)' },
  { name: 'final-timeout', short: 'a', value: 'SECONDS', text: 'any call ends after; 0 for never (0)' },
  { name: 'recording-dir', value: 'DIRECTORY', text: 'where recordings go; without it there are none' },
  { name: 'ffmpeg', value: 'PROGRAM', text: 'decodes files to play that are no plain WAV (ffmpeg)' },
  { name: 'homer', value: 'HOST:PORT', text: 'copy RTCP there as HEPv3' },
  { name: 'homer-protocol', value: 'udp|tcp', text: 'how it goes there (udp)' },
  { name: 'homer-id', value: 'NUMBER', text: 'capture id in those copies (2001)' },
  { name: 'num-threads', value: 'NUMBER', text: 'media processes, each with its part of the ports (1)' },
  {
    name: 'log-level',
    short: 'L',
    value: 'LEVEL',
    text: '0 to 7 as in syslog, or fatal error warn info debug trace silent (6)',
  },
  { name: 'help', short: 'h', text: 'this list' },
  { name: 'version', short: 'v', text: 'the version' },
];

const KERNEL = 'packets are forwarded by this process, there is no kernel module';
const JUDGED = 'the operating system decides';
const LOG = 'the log goes to standard output';

const IGNORED: readonly OptionSpec[] = [
  { name: 'table', short: 't', value: 'NUMBER', text: 'kernel table', ignored: KERNEL },
  { name: 'foreground', short: 'f', text: 'no daemon', ignored: 'it never leaves the terminal' },
  { name: 'log-stderr', short: 'E', text: 'log to standard error', ignored: LOG },
  { name: 'log-facility', value: 'NAME', text: 'syslog facility', ignored: LOG },
  { name: 'no-log-timestamps', text: 'log without times', ignored: LOG },
  { name: 'split-logs', text: 'split long log lines', ignored: LOG },
  { name: 'config-section', value: 'NAME', text: 'section of the file', ignored: 'no file is read' },
  {
    name: 'delete-delay',
    short: 'd',
    value: 'SECONDS',
    text: 'keep deleted calls',
    ignored: 'a deleted call is gone at once',
  },
  { name: 'tos', short: 'T', value: 'NUMBER', text: 'TOS of media', ignored: JUDGED },
  { name: 'control-tos', value: 'NUMBER', text: 'TOS of NG', ignored: JUDGED },
  {
    name: 'http-threads',
    value: 'NUMBER',
    text: 'threads for HTTP',
    ignored: 'one event loop serves them all',
  },
  { name: 'media-num-threads', value: 'NUMBER', text: 'threads for playback', ignored: 'use --num-threads' },
  {
    name: 'thread-stack',
    value: 'KB',
    text: 'stack of a thread',
    ignored: 'there are processes, not threads',
  },
  {
    name: 'recording-method',
    value: 'pcap|proc',
    text: 'how to record',
    ignored: 'a recording is WAV and pcap',
  },
  {
    name: 'recording-format',
    value: 'raw|eth',
    text: 'kind of pcap',
    ignored: 'a recording is WAV and pcap',
  },
  {
    name: 'endpoint-learning',
    value: 'METHOD',
    text: 'address learning',
    ignored: 'a source is learnt once, and then strict',
  },
  {
    name: 'dtls-passive',
    text: 'wait for DTLS',
    ignored: 'an offer of ours is actpass, an answer active (RFC 8842)',
  },
  { name: 'no-fallback', short: 'F', text: 'need the kernel module', ignored: KERNEL },
  { name: 'iptables-chain', value: 'NAME', text: 'firewall rules', ignored: KERNEL },
  { name: 'software-id', value: 'TEXT', text: 'name in STUN', ignored: 'it names nobody' },
  { name: 'codecs', text: 'list codecs', ignored: 'PCMU, PCMA and Opus are turned into each other' },
];

const REDIS = 'calls live in memory alone';
const SQL = 'name files to play, there is no database';
const MQTT = 'use statistics and query, or --homer';

const REFUSED: readonly OptionSpec[] = [
  {
    name: 'listen-cli',
    short: 'c',
    value: '[ADDRESS:]PORT',
    text: 'command line',
    refused: 'use the NG protocol: list, query, statistics',
  },
  {
    name: 'listen-udp',
    short: 'u',
    value: '[ADDRESS:]PORT',
    text: 'rtpproxy protocol',
    refused: 'use --listen-ng',
  },
  {
    name: 'listen-tcp',
    short: 'l',
    value: '[ADDRESS:]PORT',
    text: 'mediaproxy protocol',
    refused: 'use --listen-tcp-ng',
  },
  {
    name: 'pidfile',
    short: 'p',
    value: 'FILE',
    text: 'process id',
    refused: 'start it with a service manager, or with & in a shell',
  },
  { name: 'redis', short: 'r', value: 'ADDRESS', text: 'Redis', refused: REDIS },
  { name: 'redis-write', short: 'w', value: 'ADDRESS', text: 'Redis', refused: REDIS },
  { name: 'subscribe-keyspace', short: 'k', value: 'NUMBER', text: 'Redis', refused: REDIS },
  {
    name: 'b2b-url',
    short: 'b',
    value: 'URL',
    text: 'XMLRPC at timeout',
    refused: 'ask by query, or let the application end the call',
  },
  { name: 'graphite', short: 'g', value: 'ADDRESS', text: 'Graphite', refused: MQTT },
  { name: 'mqtt-host', value: 'HOST', text: 'MQTT', refused: MQTT },
  { name: 'mysql-host', value: 'HOST', text: 'media in MySQL', refused: SQL },
  { name: 'janus-secret', value: 'TEXT', text: 'Janus protocol', refused: 'use the NG protocol' },
  {
    name: 'sip-source',
    text: 'trust no address in SDP',
    refused: 'say SIP-source-address in the flags of a call',
  },
  {
    name: 'max-sessions',
    value: 'NUMBER',
    text: 'limit of calls',
    refused: 'limit the ports by --port-min and --port-max',
  },
];

/** rtpengine's command line, as far as it can be asked of this server. */
export const OPTIONS: readonly OptionSpec[] = [...SERVED, ...IGNORED, ...REFUSED];

/** Other spellings of the same option. */
export const OTHER_NAMES: ReadonlyMap<string, string> = new Map([['listen-ng-tcp', 'listen-tcp-ng']]);

function lineOf({ name, short, value, text }: OptionSpec): string {
  const flags = `${short ? `-${short}, ` : '    '}--${name}${value ? `=${value}` : ''}`;
  return `  ${flags.padEnd(46)} ${text}`;
}

export const USAGE = [
  'usage: npm run rtpengine -- --interface=127.0.0.1 --listen-ng=127.0.0.1:22222 [options]',
  ...SERVED.map(lineOf),
  `Taken, to no effect: --config-file=none, ${IGNORED.map(({ name }) => `--${name}`).join(', ')}`,
  `Not here: ${REFUSED.map(({ name }) => `--${name}`).join(', ')}`,
].join('\n');
