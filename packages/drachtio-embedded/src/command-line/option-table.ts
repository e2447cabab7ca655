/** One of drachtio-server's options, and what this server makes of it. */
export interface OptionSpec {
  name: string;
  short?: string;
  /** What stands for its value in the usage; left out, the option is a flag. */
  value?: string;
  /** drachtio-server's environment variable for it; of a flag, `1` sets it. The command line comes first. */
  env?: string;
  text: string;
  /** Taken, to no effect: why. */
  ignored?: string;
  /** Not taken: what to do instead. */
  refused?: string;
}

const REDIS = 'there is no list in Redis here; addresses that misbehave are banned by themselves';

const SERVED: OptionSpec[] = [
  {
    name: 'contact',
    short: 'c',
    value: 'URI',
    text: 'where SIP is spoken (sip:127.0.0.1:5060;transport=udp,tcp); several, or with commas',
  },
  {
    name: 'external-ip',
    short: 'x',
    value: 'ADDRESS',
    text: 'of the contact before it: what others than the local network find in Via and Contact',
  },
  {
    name: 'local-net',
    short: 'n',
    value: 'CIDR',
    text: 'of the contact before it: peers in there are shown the bound address',
  },
  { name: 'dns-name', value: 'NAME', text: 'of the contact before it: another name of this host' },
  {
    name: 'address',
    short: 'E',
    value: 'ADDRESS',
    env: 'DRACHTIO_ADMIN_ADDRESS',
    text: 'where applications connect (127.0.0.1)',
  },
  { name: 'port', short: 'p', value: 'PORT', env: 'DRACHTIO_ADMIN_TCP_PORT', text: 'and the port (9022)' },
  {
    name: 'tls-port',
    value: 'PORT',
    env: 'DRACHTIO_ADMIN_TLS_PORT',
    text: 'the port for applications over TLS; without --port the only one',
  },
  {
    name: 'secret',
    short: 'F',
    value: 'TEXT',
    env: 'DRACHTIO_SECRET',
    text: 'what applications have to show (cymru)',
  },
  {
    name: 'tcp-keepalive-interval',
    value: 'SECONDS',
    env: 'DRACHTIO_TCP_KEEPALIVE_INTERVAL',
    text: 'between TCP probes of a silent application (45); 0 for none',
  },
  {
    name: 'http-handler',
    short: 'a',
    value: 'URL',
    env: 'DRACHTIO_HTTP_HANDLER_URI',
    text: 'decides about new requests: http(s)://, or an application at tcp:// or tls://',
  },
  { name: 'http-method', short: 'm', value: 'METHOD', text: 'how it is asked: GET or POST (GET)' },
  {
    name: 'aggressive-nat-detection',
    short: 'I',
    env: 'DRACHTIO_AGRESSIVE_NAT_DETECTION',
    text: 'nat=yes in a Contact or Record-Route also means a peer behind a NAT',
  },
  { name: 'disable-nat-detection', text: 'a peer is answered where its Contact says, whatever it came from' },
  {
    name: 'user-agent-options-auto-respond',
    value: 'TEXT',
    env: 'DRACHTIO_USER_AGENT_OPTIONS_AUTO_RESPOND',
    text: 'an OPTIONS of this User-Agent gets 200 at once',
  },
  { name: 'key-file', short: 'A', value: 'FILE', env: 'DRACHTIO_TLS_KEY_FILE', text: 'private key, PEM' },
  { name: 'cert-file', short: 'B', value: 'FILE', env: 'DRACHTIO_TLS_CERT_FILE', text: 'certificate, PEM' },
  {
    name: 'chain-file',
    short: 'C',
    value: 'FILE',
    env: 'DRACHTIO_TLS_CHAIN_FILE',
    text: 'certificates between that one and an authority, PEM',
  },
  { name: 'min-tls-version', value: 'VERSION', env: 'DRACHTIO_MIN_TLS_VERSION', text: '1.2 or 1.3 (1.2)' },
  {
    name: 'mtu',
    short: 'D',
    value: 'BYTES',
    env: 'DRACHTIO_UDP_MTU',
    text: 'a larger request goes by TCP (1300)',
  },
  {
    name: 'homer',
    short: 'y',
    value: 'HOST[:PORT]',
    text: 'copy every SIP message there as HEPv3 over UDP (port 9060)',
  },
  {
    name: 'homer-id',
    short: 'z',
    value: 'NUMBER',
    env: 'DRACHTIO_HOMER_ID',
    text: 'capture id in those copies (1)',
  },
  {
    name: 'prometheus-scrape-port',
    value: '[HOST:]PORT',
    env: 'DRACHTIO_PROMETHEUS_SCRAPE_PORT',
    text: 'where Prometheus reads /metrics (host 0.0.0.0)',
  },
  {
    name: 'reject-register-with-no-realm',
    env: 'DRACHTIO_REJECT_REGISTER_WITH_NO_REALM',
    text: '403 to a REGISTER whose Request-URI names an IPv4 address and no domain',
  },
  {
    name: 'exempt-net',
    value: 'NETWORK',
    text: 'a trunk or proxy that is never limited nor banned; several (this machine)',
  },
  {
    name: 'dns-server',
    value: 'ADDRESS[:PORT]',
    text: 'whom to ask for names of SIP servers; several (what the system asks)',
  },
  {
    name: 'cdrs',
    text: 'call records for applications that route cdr:attempt, cdr:start, cdr:stop (of its file: <cdrs>)',
  },
  {
    name: 'loglevel',
    short: 'l',
    value: 'LEVEL',
    env: 'DRACHTIO_LOGLEVEL',
    text: 'notice, error, warning, info or debug (info)',
  },
  { name: 'help', short: 'h', text: 'this list' },
  { name: 'version', short: 'v', text: 'the version' },
];

const IGNORED: OptionSpec[] = [
  { name: 'noconfig', text: 'no configuration file', ignored: 'there is none' },
  {
    name: 'stdout',
    text: 'log to standard output',
    ignored: 'the log goes there anyway',
    env: 'DRACHTIO_CONSOLE_LOGGING',
  },
  {
    name: 'sofia-loglevel',
    value: '0-9',
    text: 'log level of the SIP stack',
    ignored: 'use --loglevel',
    env: 'DRACHTIO_SOFIA_LOGLEVEL',
  },
  {
    name: 'memory-debug',
    text: 'log memory allocations',
    ignored: 'memory is looked after by the runtime',
    env: 'DRACHTIO_MEMORY_DEBUG',
  },
  { name: 'globally-readable-logs', text: 'permissions of log files', ignored: 'no log file is written' },
  { name: 'user', short: 'u', value: 'NAME', text: 'user of the daemon', ignored: 'start it as that user' },
  {
    name: 'dh-param',
    short: 'G',
    value: 'FILE',
    text: 'Diffie-Hellman parameters',
    ignored: 'keys are agreed on elliptic curves',
    env: 'DRACHTIO_TLS_DH_PARAM_FILE',
  },
];

const REFUSED: OptionSpec[] = [
  {
    name: 'daemon',
    text: 'run in the background',
    refused: 'start it with a service manager, or with & in a shell',
  },
  {
    name: 'file',
    short: 'f',
    value: 'FILE',
    text: 'configuration file',
    refused: 'write its settings as options',
    env: 'DRACHTIO_CONFIG_FILE_PATH',
  },
  {
    name: 'always-send-180',
    text: '180 before other responses',
    refused: 'the application sends what it wants to',
  },
  {
    name: 'blacklist-redis-address',
    value: 'ADDRESS',
    text: 'blocked addresses',
    refused: REDIS,
    env: 'DRACHTIO_BLACKLIST_REDIS_ADDRESS',
  },
  {
    name: 'blacklist-redis-port',
    value: 'PORT',
    text: 'blocked addresses',
    refused: REDIS,
    env: 'DRACHTIO_BLACKLIST_REDIS_PORT',
  },
  {
    name: 'blacklist-redis-key',
    value: 'KEY',
    text: 'blocked addresses',
    refused: REDIS,
    env: 'DRACHTIO_BLACKLIST_REDIS_KEY',
  },
  {
    name: 'blacklist-refresh-secs',
    value: 'SECONDS',
    text: 'blocked addresses',
    refused: REDIS,
    env: 'DRACHTIO_BLACKLIST_REDIS_REFRESH_SECS',
  },
  {
    name: 'blacklist-redis-sentinels',
    value: 'LIST',
    text: 'blocked addresses',
    refused: REDIS,
    env: 'DRACHTIO_BLACKLIST_REDIS_SENTINELS',
  },
  {
    name: 'blacklist-redis-master',
    value: 'NAME',
    text: 'blocked addresses',
    refused: REDIS,
    env: 'DRACHTIO_BLACKLIST_REDIS_MASTER',
  },
  {
    name: 'blacklist-redis-password',
    value: 'TEXT',
    text: 'blocked addresses',
    refused: REDIS,
    env: 'DRACHTIO_BLACKLIST_REDIS_PASSWORD',
  },
];

/** drachtio-server's whole command line. */
export const OPTIONS: readonly OptionSpec[] = [...SERVED, ...IGNORED, ...REFUSED];

const lineOf = ({ name, short, value, text, env }: OptionSpec) => {
  const flags = `${short ? `-${short}, ` : '    '}--${name}${value ? ` ${value}` : ''}`;
  return `  ${flags.padEnd(41)} ${text}${env ? ` [${env}]` : ''}`;
};

export const USAGE = [
  'usage: npm run drachtio -- --contact "sip:127.0.0.1:5060;transport=udp,tcp" [options]',
  ...SERVED.map(lineOf),
  `Taken, to no effect: ${IGNORED.map(({ name }) => `--${name}`).join(', ')}`,
  `Not here: ${REFUSED.map(({ name }) => `--${name}`).join(', ')}`,
].join('\n');
