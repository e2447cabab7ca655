import { randomBytes } from 'node:crypto';
import type { SdesOptions } from '@ringback/rtpengine-ng';
import {
  CRYPTO_SUITES,
  type CryptoAttribute,
  type CryptoSuite,
  cryptoSuite,
  readCrypto,
  sameSession,
} from '@ringback/srtp';
import { Refusal } from '../control/refusal.ts';

/** Crypto lines beyond this many are not read. */
const MAX_LINES = 32;
const LIFETIME = 2 ** 31;

/** The crypto lines of one media line: those that can be used, and why the others cannot. */
export type CryptoLines = { usable: readonly CryptoAttribute[]; refused: readonly string[] };

/** Reads the `a=crypto` lines of the media line at `index` of a well-formed description. */
export function readCryptoLines(text: string, index: number): CryptoLines {
  const section = text.split(/^m=/m)[index + 1] ?? '';
  const lines = [...section.matchAll(/^a=crypto:([^\r\n]*)/gm)].slice(0, MAX_LINES);
  const read = lines.map(([, value = '']) => readCrypto(value));
  return {
    usable: read.flatMap((line) => ('refused' in line ? [] : [line])),
    refused: read.flatMap((line) => ('refused' in line ? [line.refused] : [])),
  };
}

/**
 * The keys of one endpoint (RFC 4568): what we told it and what it told us. Keys stand for the whole call, so that a
 * description that changes nothing changes no key; a new path gets new ones, since it would begin at index 0 again.
 */
export class SdesSession {
  /** Our lines in the last description that it got. */
  #told: readonly CryptoAttribute[] = [];
  #agreed: { ours: CryptoAttribute; theirs: CryptoAttribute } | undefined;
  /** Suites to take first from its offers. */
  preference: readonly string[] = [];

  get agreed(): { ours: CryptoAttribute; theirs: CryptoAttribute } | undefined {
    return this.#agreed;
  }

  forget(): void {
    this.#told = [];
    this.#agreed = undefined;
  }

  /**
   * Our lines of an offer to it: the suite agreed on, then `first` (what the other side offered us), then the rest. Each
   * suite keeps its key and tag over re-offers. Throws Refusal when the options leave none.
   */
  offer(options: SdesOptions, first: readonly CryptoSuite[]): readonly CryptoAttribute[] {
    const agreed = this.#agreed?.ours.suite;
    const suites = chosenSuites(options, first);
    const ordered = agreed ? [agreed, ...suites.filter((suite) => suite !== agreed)] : suites;
    if (ordered.length === 0) throw new Refusal('No crypto suite is left to offer');
    let tag = Math.max(0, ...this.#told.map((line) => line.tag));
    this.#told = ordered.map((suite) => {
      return this.#told.find((line) => line.suite === suite) ?? newLine(suite, ++tag, options);
    });
    return this.#told;
  }

  /** Takes its answer: one line with a tag and suite of ours (RFC 4568 5.1.3). Throws Refusal for any other. */
  acceptAnswer({ usable, refused }: CryptoLines): void {
    for (const theirs of usable) {
      const ours = this.#told.find(({ tag, suite }) => tag === theirs.tag && suite === theirs.suite);
      if (!ours) continue;
      this.#agreed = { ours, theirs };
      return;
    }
    throw new Refusal(
      `The answer has no usable a=crypto${refused.length > 0 ? `: ${refused.join('; ')}` : ''}`,
    );
  }

  /** Our line in answer to its offer (RFC 4568 5.1.2): the first that is usable, unless another is preferred. */
  answer({ usable }: CryptoLines, options: SdesOptions): readonly CryptoAttribute[] {
    const theirs = this.#choose(usable, options);
    if (!theirs) throw new Refusal('The offer has no usable a=crypto');
    const known = this.#agreed?.ours;
    const wanted = newLine(theirs.suite, theirs.tag, options);
    const { unencryptedRtp, unencryptedRtcp } = theirs;
    // RFC 4568 6.3.2: what the offer leaves unencrypted, the answer does as well.
    const fresh = { ...wanted, unencryptedRtp, unencryptedRtcp };
    const keeps = known && sameSession({ ...fresh, master: known.master }, known);
    const ours = keeps ? { ...known, tag: theirs.tag } : fresh;
    this.#agreed = { ours, theirs };
    this.#told = [ours];
    return this.#told;
  }

  #choose(usable: readonly CryptoAttribute[], options: SdesOptions): CryptoAttribute | undefined {
    const agreed = this.#agreed;
    const same = agreed && usable.find((line) => sameSession(line, agreed.theirs));
    if (same) return same;
    const kept = options.static && usable.find((line) => line.suite === agreed?.theirs.suite);
    if (kept) return kept;
    const preferred = [...options.offererPreference, ...this.preference];
    const allowed = usable.filter(({ suite }) => isAllowed(suite, options));
    for (const name of preferred) {
      const line = allowed.find(({ suite }) => suite.name === name);
      if (line) return line;
    }
    return allowed[0];
  }
}

function isAllowed({ name }: CryptoSuite, { no, only }: SdesOptions): boolean {
  return only.length > 0 ? only.includes(name) : !no.includes(name);
}

function chosenSuites(options: SdesOptions, first: readonly CryptoSuite[]): CryptoSuite[] {
  const further = options.noNew && first.length > 0 ? [] : CRYPTO_SUITES;
  const ordered = options.order.flatMap((name) => cryptoSuite(name) ?? []);
  const all = [...new Set([...first, ...further])].filter((suite) => isAllowed(suite, options));
  return [
    ...ordered.filter((suite) => all.includes(suite)),
    ...all.filter((suite) => !ordered.includes(suite)),
  ];
}

function newLine(suite: CryptoSuite, tag: number, options: SdesOptions): CryptoAttribute {
  const bytes = randomBytes(suite.keyLength + suite.saltLength);
  return {
    tag,
    suite,
    master: { key: bytes.subarray(0, suite.keyLength), salt: bytes.subarray(suite.keyLength) },
    lifetime: options.lifetime ? LIFETIME : undefined,
    unencryptedRtp: options.sessionParameters.includes('unencrypted_srtp'),
    unencryptedRtcp: options.sessionParameters.includes('unencrypted_srtcp'),
  };
}
