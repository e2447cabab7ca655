import type { CommandBody } from './command-body.ts';

/** RFC 4568 6.3: parameters of a crypto attribute that can be asked for. */
export const SDES_SESSION_PARAMETERS = [
  'unencrypted_srtp',
  'unencrypted_srtcp',
  'unauthenticated_srtp',
  'encrypted_srtp',
  'encrypted_srtcp',
  'authenticated_srtp',
] as const;
export type SdesSessionParameter = (typeof SDES_SESSION_PARAMETERS)[number];

/** How keys are to be agreed in the description (RFC 4568). Crypto suites are upper case, as in SDP. */
export type SdesOptions = {
  readonly off: boolean;
  readonly sessionParameters: readonly SdesSessionParameter[];
  /** Suites not to offer. */
  readonly no: readonly string[];
  /** The only suites to offer; empty for no limit. It outweighs `no`. */
  readonly only: readonly string[];
  /** Offer no suite that was not offered to us. */
  readonly noNew: boolean;
  /** Suites in the order in which they are to stand. */
  readonly order: readonly string[];
  /** Suites to prefer towards the offerer. */
  readonly offererPreference: readonly string[];
  /** Keep the `=` at the end of a key. */
  readonly pad: boolean;
  /** Write the lifetime of 2^31 packets. */
  readonly lifetime: boolean;
  /** Keep the suite that a re-offer found. */
  readonly static: boolean;
};

type Draft = { -readonly [Key in keyof SdesOptions]: SdesOptions[Key] };

const SWITCHES = new Map<string, 'off' | 'noNew' | 'pad' | 'lifetime' | 'static'>([
  ['off', 'off'],
  ['no', 'off'],
  ['disable', 'off'],
  ['disabled', 'off'],
  ['nonew', 'noNew'],
  ['pad', 'pad'],
  ['lifetime', 'lifetime'],
  ['static', 'static'],
]);

export function readSdesOptions(body: CommandBody): SdesOptions {
  const draft: Draft = {
    off: false,
    sessionParameters: [],
    no: [],
    only: [],
    noNew: false,
    order: [],
    offererPreference: [],
    pad: body.flags.includes('pad-crypto'),
    lifetime: false,
    static: false,
  };
  for (const word of body.list('sdes')) {
    if (!readWord(word, draft)) body.note(`SDES=${word}`);
  }
  return draft;
}

function readWord(word: string, draft: Draft): boolean {
  const lower = word.toLowerCase().replaceAll('-', '_');
  const parameter = SDES_SESSION_PARAMETERS.find((known) => known === lower);
  const turnedOn = SWITCHES.get(lower);
  if (turnedOn) draft[turnedOn] = true;
  else if (parameter) draft.sessionParameters = [...draft.sessionParameters, parameter];
  else return readSuites(word, draft);
  return true;
}

function readSuites(word: string, draft: Draft): boolean {
  const [, operation, rest = ''] = /^(no-|only-|order:|offerer_pref:)(.+)$/i.exec(word) ?? [];
  const suites = rest.toUpperCase().split(';').filter(Boolean);
  switch (operation?.toLowerCase()) {
    case 'no-':
      draft.no = [...draft.no, ...suites];
      return true;
    case 'only-':
      draft.only = [...draft.only, ...suites];
      return true;
    case 'order:':
      draft.order = suites;
      return true;
    case 'offerer_pref:':
      draft.offererPreference = suites;
      return true;
    default:
      return false;
  }
}
