import type {
  Binding,
  Call,
  CallDetail,
  CallEnd,
  CallEventRecord,
  CallPage,
  CallStatus,
  CallTotals,
  Explanation,
  Leg,
  QualityPoint,
  RecordingFiles,
  RtcpReport,
  SipMessageRecord,
  SubscriberKind,
} from '@ringback/contracts';

/** All times are ISO 8601 in UTC with milliseconds, as in the contracts. */
export interface Store {
  readonly subscribers: SubscriberStore;
  readonly credentials: CredentialStore;
  readonly bindings: BindingStore;
  readonly calls: CallStore;
  readonly messages: MessageStore;
  readonly reports: ReportStore;
  readonly quality: QualityStore;
  readonly recordings: RecordingStore;
  readonly server: DatabaseServer;
  /** @throws when the database does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** `version`: as the server gives it, such as `PostgreSQL 17.6`. */
export interface DatabaseServer {
  readonly version: string;
  readonly embedded: boolean;
}

export interface SubscriberRow {
  number: string;
  displayName: string | null;
  kind: SubscriberKind;
  createdAt: string;
  /** Given by the configuration. */
  configured: boolean;
}

export interface SubscriberStore {
  list(): Promise<SubscriberRow[]>;
  /** By number, else by display name, whatever its case. */
  find(numberOrName: string): Promise<SubscriberRow | null>;
  /** Inserts, or gives an existing number this name and kind. */
  save(row: Pick<SubscriberRow, 'number' | 'displayName' | 'kind'>): Promise<void>;
  /** False when somebody has the number. */
  create(row: Pick<SubscriberRow, 'number' | 'displayName' | 'kind'>): Promise<boolean>;
  /** With credentials and bindings; gives the bindings that went. */
  remove(number: string): Promise<BindingRow[]>;
  /** These, and no others, are given by the configuration. */
  markConfigured(numbers: readonly string[]): Promise<void>;
  /**
   * A number for a page, from 2001 up; no two callers get the same, whatever process they are in.
   * One that was given before is given again once it has neither a binding nor a valid credential.
   */
  allocatePageNumber(displayName: (number: string) => string): Promise<SubscriberRow>;
}

/** `username` equals `number` for lasting subscribers. HA1 in lower-case hex, good for `realm` alone (RFC 7616 3.4.2). */
export interface CredentialRow {
  username: string;
  number: string;
  /** Null for one that was stored before realms were. */
  realm: string | null;
  ha1Md5: string;
  ha1Sha256: string;
  expiresAt: string | null;
}

export interface CredentialStore {
  /** Inserts, or replaces the one of the same username. */
  save(row: CredentialRow): Promise<void>;
  /** Also one that has expired: whether it still counts is the caller's clock's matter. */
  find(username: string): Promise<CredentialRow | null>;
  /** Those that never expire and were made for another realm than this. */
  lastingOfOtherRealm(realm: string): Promise<{ username: string; realm: string }[]>;
  /** How many went. */
  removeExpired(nowMs: number): Promise<number>;
}

/** Keyed by number and contact URI. `sipCallId` and `cseq` order REGISTERs (RFC 3261 10.3, step 7). */
export interface BindingRow extends Binding {
  sipCallId: string;
  cseq: number;
}

export interface BindingStore {
  all(nowMs: number): Promise<BindingRow[]>;
  /** Newest registration first. */
  ofNumber(number: string, nowMs: number): Promise<BindingRow[]>;
  save(row: BindingRow): Promise<'added' | 'refreshed'>;
  /** The binding that went, or null when there was none. */
  remove(number: string, contact: string): Promise<BindingRow | null>;
  /** The bindings that went. */
  removeExpired(nowMs: number): Promise<BindingRow[]>;
}

/**
 * Each word of `q` is looked for in everything that is known of a call and its legs. `from` (inclusive) and `to`
 * (exclusive) are times of creation. `caller`, `callee`: a number, or part of a name.
 */
export interface CallFilter {
  status?: readonly CallStatus[] | undefined;
  q?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  caller?: string | undefined;
  callee?: string | undefined;
  /** Of the time that was talked. */
  minDurationMs?: number | undefined;
  maxDurationMs?: number | undefined;
  mosBelow?: number | undefined;
  /** The status that the call ended with; both are included. */
  sipStatus?: { readonly from: number; readonly to: number } | undefined;
}

/** A page of the calls that a filter lets through. */
export interface CallListFilter extends CallFilter {
  cursor?: string | undefined;
  /** 50 unless told otherwise, at most 1000. */
  limit?: number | undefined;
}

/** Every change of an open call answers with the call as it is now, and with null when it has ended or is unknown. */
export interface CallStore {
  /** An existing id is left as it is. */
  create(call: Call): Promise<void>;
  get(id: string): Promise<Call | null>;
  detail(id: string): Promise<CallDetail | null>;
  markRinging(id: string, at: string): Promise<Call | null>;
  markAnswered(id: string, at: string): Promise<Call | null>;
  markSpeech(
    id: string,
    provider: NonNullable<Call['speechProvider']>,
    voiceId: string | null,
  ): Promise<Call | null>;
  /** How long the first sound took, and whether it came from the cache. */
  markFirstAudio(id: string, firstAudioMs: number, cached: boolean): Promise<Call | null>;
  /** The first end wins. */
  end(id: string, status: CallStatus, end: CallEnd, at: string): Promise<Call | null>;
  /** Keeps why a call that is over ended so, for lists; null when it is unknown or goes on. */
  explain(id: string, explanation: Explanation): Promise<Call | null>;
  /** Ids of calls that are over and that nobody has explained yet, the newest first. */
  unexplained(limit: number): Promise<string[]>;
  /** Inserts or updates; a terminated leg never comes back. */
  saveLeg(leg: Leg): Promise<void>;
  /** The newest, should a Call-ID have been used twice. */
  legBySipCallId(sipCallId: string): Promise<Leg | null>;
  /** The same event told twice is recorded once. */
  addEvent(callId: string, event: CallEventRecord): Promise<void>;
  /** Inserts, or pauses and resumes the one that the call has. */
  saveRecording(row: RecordingRow): Promise<void>;
  /** Newest first. @throws StoreError `bad-cursor`. */
  list(filter: CallListFilter): Promise<CallPage>;
  totals(filter: CallFilter): Promise<CallTotals>;
  /** Ids of ended calls that were made before that time, the oldest first. */
  endedBefore(time: string, limit: number): Promise<string[]>;
  /** With all that hangs on them: legs, events, messages, reports. */
  remove(ids: readonly string[]): Promise<void>;
  /** What was captured before that time of calls that have no record, at most so many of each kind; how many went. */
  removeStrays(time: string, limit: number): Promise<number>;
  /** Ends the records, and terminates the legs, that a crash has left open. */
  endInterrupted(at: string): Promise<Call[]>;
}

export interface MessageStore {
  /** Records of joined calls, in wire order; one whose id is known is left as it is. */
  add(records: readonly SipMessageRecord[]): Promise<void>;
  /** In wire order. */
  ofCall(callId: string): Promise<SipMessageRecord[]>;
}

export interface ReportStore {
  /** Media reports of joined calls; one whose id is known is left as it is. */
  add(reports: readonly RtcpReport[]): Promise<void>;
  /** In the order in which they came. */
  ofCall(callId: string): Promise<RtcpReport[]>;
}

export interface QualityStore {
  /** A time of a call that is known is left as it is. */
  add(points: readonly (QualityPoint & { callId: string })[]): Promise<void>;
  /** Oldest first. */
  ofCall(callId: string): Promise<QualityPoint[]>;
}

/** Where the sound of a call is; its files are names, not paths. */
export interface RecordingRow extends RecordingFiles {
  callId: string;
  startedAt: string;
  paused: boolean;
}

export interface RecordingStore {
  ofCall(callId: string): Promise<RecordingRow | null>;
  ofCalls(callIds: readonly string[]): Promise<RecordingRow[]>;
}
