import { type CommandBody, UnreadableCommand } from './command-body.ts';
import { readSelector, type Selector } from './selector.ts';

export type PlaySource = { kind: 'file'; path: string } | { kind: 'blob'; bytes: Uint8Array };

export type PlayMediaCommand = {
  readonly command: 'play media';
  readonly callId: string;
  /** Who listens; never nobody. */
  readonly who: Selector;
  readonly source: PlaySource;
  /** How often it is played; 1 when not said. */
  readonly repeatTimes: number;
  /** It is repeated for no longer than this. */
  readonly repeatDurationMs: number | undefined;
  /** Where it begins, in samples of the file as it is: what `last-frame-pos` counts. */
  readonly startPosition: number;
  /** It ends after this long. */
  readonly durationMs: number | undefined;
};

export type StopMediaCommand = {
  readonly command: 'stop media';
  readonly callId: string;
  readonly who: Selector;
};

export type PlayDtmfCommand = {
  readonly command: 'play DTMF';
  readonly callId: string;
  /** Who seems to press the key: the other side hears it. */
  readonly who: Selector;
  /** RFC 4733 3.2: 0–9, 10 is `*`, 11 `#`, 12–15 are A–D. */
  readonly event: number;
  /** 100–5000. */
  readonly durationMs: number;
  /** Decibels below the maximum, 0–63. */
  readonly volume: number;
  /** Before the next event, 100–5000. */
  readonly pauseMs: number;
};

const KEYPAD = '0123456789*#ABCD';
const DEFAULT_DURATION_MS = 250;
const DEFAULT_PAUSE_MS = 100;
const DEFAULT_VOLUME = 8;

export function readPlayMedia(body: CommandBody): PlayMediaCommand {
  const { callId, who } = readListener(body);
  return {
    command: 'play media',
    callId,
    who,
    source: readSource(body),
    repeatTimes: Math.max(1, wholeNumber(body, 'repeat-times') ?? 1),
    repeatDurationMs: wholeNumber(body, 'repeat-duration'),
    startPosition: wholeNumber(body, 'start-pos') ?? 0,
    durationMs: wholeNumber(body, 'duration'),
  };
}

export function readStopMedia(body: CommandBody): StopMediaCommand {
  return { command: 'stop media', ...readListener(body) };
}

export function readPlayDtmf(body: CommandBody): PlayDtmfCommand {
  const { callId, who } = readListener(body);
  return {
    command: 'play DTMF',
    callId,
    who,
    event: readEvent(body),
    durationMs: between100And5000(body, 'duration', DEFAULT_DURATION_MS),
    // Written as -8 or as 8.
    volume: Math.min(63, Math.abs(body.integer('volume') ?? DEFAULT_VOLUME)),
    pauseMs: between100And5000(body, 'pause', DEFAULT_PAUSE_MS),
  };
}

function readListener(body: CommandBody): { callId: string; who: Selector } {
  const callId = body.required('call-id');
  const who = readSelector(body);
  if (who.by === 'nobody') throw new UnreadableCommand('No participant party specified');
  return { callId, who };
}

function readSource(body: CommandBody): PlaySource {
  const bytes = body.bytes('blob');
  if (bytes) return { kind: 'blob', bytes };
  const path = body.text('file');
  if (path !== undefined) return { kind: 'file', path };
  if (body.has('db-id')) {
    throw new UnreadableCommand('db-id is not supported: there is no database, name a file instead');
  }
  throw new UnreadableCommand('No media file specified');
}

/** One character of the keypad, or the number of an event. */
function readEvent(body: CommandBody): number {
  const text = body.text('digit') ?? '';
  const key = text.length === 1 ? KEYPAD.indexOf(text.toUpperCase()) : -1;
  if (key >= 0) return key;
  if (/^1[0-5]$/.test(text)) return Number(text);
  throw new UnreadableCommand("Out of range 'code' specified");
}

function wholeNumber(body: CommandBody, name: string): number | undefined {
  const value = body.integer(name);
  if (value === undefined || value >= 0) return value;
  throw new UnreadableCommand(`${name} must be 0 or more, and not ${value}`);
}

function between100And5000(body: CommandBody, name: string, whenAbsent: number): number {
  return Math.min(5000, Math.max(100, body.integer(name) || whenAbsent));
}
