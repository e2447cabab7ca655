import { isDictionary, type NgDictionary, type NgValue } from '../value.ts';
import { CODEC_OPERATIONS, flagNamed, type NgFlag, optionInFlag, WEBRTC } from './flags.ts';
import { keyNamed, spelled } from './names.ts';

/** What a command said that changes nothing: to be logged, never fatal. */
export type CommandNotes = {
  /** Keys, flags and words that nobody knows. */
  readonly unknown: readonly string[];
  /** What rtpengine would have heeded. */
  readonly withoutEffect: readonly string[];
};

/** More words than this in one command are not read, nor named in the notes. */
const MAX_WORDS = 256;
/** A name in the notes is not longer. */
const MAX_NAME = 64;

/** A command that cannot be done as it is written: the message is the reason for the client. */
export class UnreadableCommand extends Error {
  override readonly name = 'UnreadableCommand';
}

/** The members of a command under one name each, however they were spelled, with those that came as words of `flags`. */
export class CommandBody {
  readonly flags: NgFlag[] = [];
  readonly #members = new Map<string, NgValue>();
  /** What words of `flags` add to lists. */
  readonly #added = new Map<string, string[]>();
  readonly #unknown = new Set<string>();
  readonly #withoutEffect = new Set<string>();

  constructor(body: NgDictionary) {
    for (const key of Object.keys(body).slice(0, MAX_WORDS)) {
      const value = body[key];
      if (value !== undefined) this.#take(key, value);
    }
    for (const word of wordsOf(this.#members.get('flags'))) this.#takeFlag(word);
    // One line of words, as a proxy's configuration has it.
    const line = this.text('rtpp-flags');
    for (const word of line?.split(/\s+/, MAX_WORDS).filter(Boolean) ?? []) this.#takeFlag(word);
  }

  get notes(): CommandNotes {
    return { unknown: [...this.#unknown], withoutEffect: [...this.#withoutEffect] };
  }

  #take(key: string, value: NgValue): void {
    const known = keyNamed(key);
    if (known === 'unknown') this.note(key);
    else if (known === 'without effect') this.#add(this.#withoutEffect, key);
    else this.#members.set(known.name, value);
  }

  #takeFlag(word: string): void {
    const known = flagNamed(word);
    const option = optionInFlag(word);
    if (typeof known === 'object') this.#turnOn(known.flag);
    else if (spelled(word) === 'webrtc') this.#takeOptions(WEBRTC);
    else if (option) this.#takeOption(option);
    else this.#add(known === 'unknown' ? this.#unknown : this.#withoutEffect, word);
  }

  #turnOn(flag: NgFlag): void {
    if (!this.flags.includes(flag)) this.flags.push(flag);
  }

  #takeOptions(options: NgDictionary): void {
    for (const [key, value] of Object.entries(options)) {
      for (const word of wordsOf(value)) {
        if (key === 'flags') this.#takeFlag(word);
        else this.#takeOption({ key, value: word });
      }
    }
  }

  /** An option among the flags: one more of a list, or the value of a key that stands nowhere else. */
  #takeOption({ key, value }: { key: string; value: string }): void {
    const known = keyNamed(key);
    const name = typeof known === 'object' ? known.name : key;
    if (LISTS.has(name)) this.#added.set(name, [...(this.#added.get(name) ?? []), value]);
    else if (!this.#members.has(name)) this.#take(key, value);
  }

  /** Something in this command that is not understood. */
  note(name: string): void {
    this.#add(this.#unknown, name);
  }

  #add(names: Set<string>, name: string): void {
    if (names.size < MAX_WORDS) names.add(name.slice(0, MAX_NAME));
  }

  has(name: string): boolean {
    return this.#members.has(name);
  }

  /** Text that is not empty; numbers count as their digits. */
  text(name: string): string | undefined {
    const value = this.#members.get(name);
    if (typeof value === 'number') return String(value);
    return typeof value === 'string' && value !== '' ? value : undefined;
  }

  /** @throws UnreadableCommand with rtpengine's sentence. */
  required(name: string): string {
    const text = this.text(name);
    if (text === undefined) throw new UnreadableCommand(`No ${name} in message`);
    return text;
  }

  bytes(name: string): Uint8Array | undefined {
    const value = this.#members.get(name);
    return value instanceof Uint8Array && value.length > 0 ? value : undefined;
  }

  /** A whole number, also when written as text. @throws UnreadableCommand when there is something else. */
  integer(name: string): number | undefined {
    const text = this.text(name)?.trim();
    if (text === undefined) return undefined;
    if (/^-?\d{1,15}$/.test(text)) return Number(text);
    throw new UnreadableCommand(`${name} must be a whole number, and not "${text.slice(0, MAX_NAME)}"`);
  }

  /** The same where a wrong one is no reason to refuse a call. */
  integerOrNote(name: string): number | undefined {
    const text = this.text(name)?.trim();
    if (text === undefined || /^-?\d{1,15}$/.test(text)) return text === undefined ? undefined : Number(text);
    this.note(`${name}=${text}`);
    return undefined;
  }

  /** Words as they were written; `codec.strip` is that list of the codec options. */
  list(name: string): string[] {
    const inCodec = name.startsWith(CODEC) ? this.dictionary('codec')[name.slice(CODEC.length)] : undefined;
    return [...wordsOf(inCodec ?? this.#members.get(name)), ...(this.#added.get(name) ?? [])];
  }

  /** Those words that are known, as spelled in `known`; the others are noted. */
  words<T extends string>(name: string, known: readonly T[]): T[] {
    return this.list(name).flatMap((word) => {
      const found = known.find((one) => spelled(one) === spelled(word));
      if (!found) this.note(`${name}=${word}`);
      return found ?? [];
    });
  }

  /** A word of a few; another one is noted. */
  word<T extends string>(name: string, known: readonly T[]): T | undefined {
    const text = this.text(name);
    const found = known.find((one) => text !== undefined && spelled(one) === spelled(text));
    if (text !== undefined && !found) this.note(`${name}=${text}`);
    return found;
  }

  /** `yes`, `on`, `no`, `off` and their kin. */
  truth(name: string): boolean | undefined {
    const text = this.text(name)?.toLowerCase();
    if (text === undefined) return undefined;
    if (YES.has(text)) return true;
    if (!NO.has(text)) this.note(`${name}=${text}`);
    return NO.has(text) ? false : undefined;
  }

  dictionary(name: string): NgDictionary {
    const value = this.#members.get(name);
    return isDictionary(value) ? value : {};
  }
}

const CODEC = 'codec.';
/** What is a list, so that a flag adds to it. */
const LISTS = new Set([
  ...CODEC_OPERATIONS.map((operation) => `${CODEC}${operation}`),
  ...['direction', 'replace', 'rtcp-mux', 'sdes'],
]);
const YES = new Set(['yes', 'on', 'true', '1', 'enable', 'enabled']);
const NO = new Set(['no', 'off', 'false', '0', 'disable', 'disabled']);

/** A list, one text with commas, or a dictionary of switches; at most 256 words. */
export function wordsOf(value: NgValue | undefined): string[] {
  if (typeof value === 'string') return value.split(',', MAX_WORDS).map(trimmed).filter(Boolean);
  if (Array.isArray(value)) return value.slice(0, MAX_WORDS).filter(isText).map(trimmed).filter(Boolean);
  return isDictionary(value) ? Object.entries(value).slice(0, MAX_WORDS).flatMap(wordOfSwitch) : [];
}

function wordOfSwitch([key, value]: [string, NgValue | undefined]): string[] {
  const text = String(value).toLowerCase();
  if (NO.has(text)) return [];
  return YES.has(text) || typeof value === 'object' ? [key] : [`${key}=${value}`];
}

function isText(value: NgValue): value is string {
  return typeof value === 'string';
}

function trimmed(text: string): string {
  return text.trim();
}
