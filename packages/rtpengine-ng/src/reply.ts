import type { NgDictionary } from './value.ts';

/** Counters of RTP or RTCP packets, `bytes` with their RTP headers. */
export type NgCounters = { packets: number; bytes: number; errors: number };

/** One quality sample. MOS is ten times the score, times are microseconds, jitter milliseconds, loss percent. */
export type NgMosSample = {
  MOS: number;
  'round-trip time': number;
  'round-trip time leg': number;
  jitter: number;
  'packet loss': number;
  'reported at': number;
};
export type NgMosAverage = Omit<NgMosSample, 'reported at'> & { samples: number };

/** Quality as reported by the party that sends with this SSRC: what it hears of the other side. */
export type NgSsrcQuality = {
  'cumulative loss': number;
  'average MOS': NgMosAverage;
  'lowest MOS': NgMosSample;
  'highest MOS': NgMosSample;
  'MOS progression': { interval: number; entries: NgMosSample[] };
};

export type NgEndpoint = { family: 'IPv4' | 'IPv6'; address: string; port: number };

/** What went one way under one SSRC; named as in rtpengine versions newer than 10.5. */
export type NgSsrcCounters = {
  SSRC: number;
  packets: number;
  bytes: number;
  'last RTP timestamp': number;
  'last RTP seq': number;
};
/** Loss and jitter, in milliseconds, as we measured them ourselves: rtpengine does not tell them here. */
export type NgIngressSsrc = NgSsrcCounters & { 'cumulative loss': number; jitter: number };

/**
 * One second of what a party sent, of which rtpengine has nothing: MOS and round trip as in a sample, and absent where
 * they are not known; jitter in microseconds, since that of a good network is less than one millisecond.
 */
export type NgSecond = {
  'reported at': number;
  packets: number;
  lost: number;
  jitter_us: number;
  'round-trip time'?: number;
  MOS?: number;
  codec: string;
};

/** One end of what ICE has chosen. */
export type NgCandidate = {
  type: 'host' | 'srflx' | 'prflx' | 'relay';
  transport: 'udp' | 'tcp';
  address: string;
  port: number;
};

export type NgStream = {
  'local port': number;
  'local address': string;
  family: 'IPv4' | 'IPv6';
  endpoint: NgEndpoint | Record<string, never>;
  'advertised endpoint': NgEndpoint | Record<string, never>;
  /** Of a path that ICE has found, `local` being ours; ours alone. */
  'candidate pair'?: { local: NgCandidate; remote: NgCandidate };
  'last packet': number;
  /** There is no kernel module here: always 0. */
  'last kernel packet': number;
  'last user packet': number;
  flags: string[];
  SSRC?: number;
  stats: NgCounters;
  stats_out: NgCounters;
  'ingress SSRCs': NgIngressSsrc[];
  'egress SSRCs': NgSsrcCounters[];
};
export type NgMedia = {
  index: number;
  type: 'audio';
  protocol: string;
  codec?: string;
  streams: NgStream[];
  flags: string[];
  /** The last five, oldest first; ours alone. */
  seconds: NgSecond[];
};
/** A key that a party pressed (RFC 4733), and when its first packet came: microseconds since the epoch. */
export type NgKey = { key: string; pressed_us: number };
export type NgSubscription = { tag: string; type: 'offer/answer' };
export type NgTag = {
  tag: string;
  label?: string;
  'via-branch'?: string;
  created: number;
  /** Why there is no way to this party any more; ours alone. */
  failure?: string;
  /** The newest 32, oldest first, each once; ours alone. */
  keys?: NgKey[];
  subscriptions: NgSubscription[];
  subscribers: NgSubscription[];
  medias: NgMedia[];
};

/** The body of `query`, and of `delete` with a from-tag. Times are Unix seconds. */
export type NgCallStatistics = {
  created: number;
  created_us: number;
  /** Both in one: microseconds since the epoch. */
  created_ts: number;
  'last signal': number;
  /** There is no redis here: always 0. */
  'last redis update': number;
  SSRC: Record<string, NgSsrcQuality>;
  tags: Record<string, NgTag>;
  totals: { RTP: NgCounters; RTCP: NgCounters };
};

export type PongReply = { result: 'pong' };
export type ErrorReply = { result: 'error'; 'error-reason': string };
/** `recordings`: the files of a call that is being recorded. */
export type SdpReply = { result: 'ok'; sdp: string; recordings?: string[] };
export type StatisticsReply = NgCallStatistics & { result: 'ok' };
export type ListReply = { result: 'ok'; calls: string[] };
export type DeletedReply = { result: 'ok'; warning?: string };

export type OkReply = { result: 'ok' };
export type RecordingReply = { result: 'ok'; recordings?: string[] };
/** `duration` of the whole file in milliseconds. */
export type PlayMediaReply = { result: 'ok'; duration?: number };
/** Where playback stopped, in samples of the file: a `start-pos` to go on from. */
export type StopMediaReply = { result: 'ok'; 'last-frame-pos': number };

/** Seconds and other numbers with a fraction: text with six decimals, as rtpengine writes them. */
export type NgDecimal = string;
/** One media process, of which rtpengine has none. Event-loop delay over the last seconds. */
export type NgProcessStatistics = {
  pid: number;
  sessions: number;
  deaths: number;
  eventloopdelay_p50: NgDecimal;
  eventloopdelay_p99: NgDecimal;
  eventloopdelay_max: NgDecimal;
};

/** The body of `statistics`: those of rtpengine's counters that mean something here, under its names. */
export type NgEngineStatistics = {
  currentstatistics: {
    sessionsown: number;
    sessionsforeign: number;
    sessionstotal: number;
    packetrate: number;
    byterate: number;
    errorrate: number;
  };
  totalstatistics: {
    /** Seconds, as text. */
    uptime: string;
    managedsessions: number;
    rejectedsessions: number;
    timeoutsessions: number;
    silenttimeoutsessions: number;
    finaltimeoutsessions: number;
    offertimeoutsessions: number;
    regularterminatedsessions: number;
    forcedterminatedsessions: number;
    relayedpackets: number;
    relayedpacketerrors: number;
    relayedbytes: number;
    zerowaystreams: number;
    onewaystreams: number;
    totalcallsduration: NgDecimal;
    avgcallduration: NgDecimal;
  };
  /** Of calls that are over; scores, and not ten times the score. */
  mos: { mos_total: NgDecimal; mos_samples_total: number; mos_average: NgDecimal };
  controlstatistics?: NgDictionary;
  processes?: NgProcessStatistics[];
};
export type EngineStatisticsReply = { result: 'ok'; statistics: NgEngineStatistics };

export type NgReply =
  | PongReply
  | ErrorReply
  | OkReply
  | SdpReply
  | StatisticsReply
  | EngineStatisticsReply
  | ListReply
  | DeletedReply
  | RecordingReply
  | PlayMediaReply
  | StopMediaReply;

export function errorReply(reason: string): ErrorReply {
  return { result: 'error', 'error-reason': reason };
}

/** Every reply is a dictionary of numbers, text, lists and dictionaries. */
export function replyBody(reply: NgReply): NgDictionary {
  return reply;
}
