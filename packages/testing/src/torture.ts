import { readFileSync } from 'node:fs';

/** A message of RFC 4475 or RFC 5118, and what is made of it. */
export interface TortureMessage {
  readonly name: string;
  /** `rfc4475/wsinv.dat` */
  readonly path: string;
  readonly bytes: Uint8Array;
  /** What the RFC asks for, in words; any status below stands in it. */
  readonly expected: string;
  /** What reading it comes to: `fit` for whoever it is for, refused with a status, or no message to answer or look at. */
  readonly read: number | 'fit' | 'discard';
  /**
   * The first final answer of a server, 0 for none. Behind it is an application that has no accounts and knows one
   * codec: INVITE gets 486, REGISTER and OPTIONS 200, MESSAGE 415.
   */
  readonly answer: number;
}

/** What does not get through a parser and a look at its headers. */
const REFUSED: Readonly<Record<string, number | 'discard'>> = {
  'badinv01.dat': 400,
  'clerr.dat': 400,
  'ncl.dat': 400,
  'scalar02.dat': 400,
  'scalarlg.dat': 'discard',
  'quotbal.dat': 400,
  'ltgtruri.dat': 400,
  'lwsruri.dat': 400,
  'lwsstart.dat': 400,
  'trws.dat': 400,
  'escruri.dat': 400,
  'regbadct.dat': 400,
  'badaspec.dat': 400,
  'baddn.dat': 400,
  'baddn-terminated.dat': 400,
  'badvers.dat': 505,
  'mismatch01.dat': 400,
  'mismatch02.dat': 501,
  'bigcode.dat': 'discard',
  'badbranch.dat': 400,
  'insuf.dat': 400,
  'unkscm.dat': 416,
  'novelsc.dat': 416,
  'unksm2.dat': 400,
  'multi01.dat': 400,
  'mcl01.dat': 400,
  'extra-test.dat': 400,
  'ipv6-bad.dat': 400,
};

/** What is fit to be read and is answered otherwise than its method is. */
const ANSWERED: Readonly<Record<string, number>> = {
  // Its To has a tag, and there is no such dialog.
  'wsinv.dat': 481,
  'mult-ip-in-header.dat': 481,
  'via-received-param-with-delim.dat': 481,
  'intmeth.dat': 501,
  'esc02.dat': 501,
  'unreason.dat': 0,
  'noreason.dat': 0,
  'bext01.dat': 420,
  'invut.dat': 415,
  'regaut01.dat': 401,
  'bcast.dat': 0,
  'sdp01.dat': 406,
  // RFC 2543 did not ask for a Contact; a dialog cannot do without.
  'inv2543.dat': 400,
};

const BY_METHOD: Readonly<Record<string, number>> = {
  INVITE: 486,
  REGISTER: 200,
  OPTIONS: 200,
  MESSAGE: 415,
};

/** The bytes of one of them, by its path. */
export const tortureBytes = (path: string): Uint8Array =>
  readFileSync(new URL(`./torture/${path}`, import.meta.url));

function messages(folder: string, expectedColumn: number): TortureMessage[] {
  const [, ...lines] = Buffer.from(tortureBytes(`${folder}/expected.tsv`))
    .toString('utf8')
    .split('\n');
  return lines
    .filter((line) => line.trim() !== '')
    .map((line) => line.split('\t'))
    .map((cells) => message(folder, cells[0]!, cells[expectedColumn]!));
}

function message(folder: string, name: string, expected: string): TortureMessage {
  const path = `${folder}/${name}`;
  const bytes = tortureBytes(path);
  const read = REFUSED[name] ?? 'fit';
  const [method = ''] = Buffer.from(bytes).toString('latin1').split(' ');
  const fit = ANSWERED[name] ?? BY_METHOD[method]!;
  return { name, path, bytes, expected, read, answer: answerOf(read, fit) };
}

function answerOf(read: TortureMessage['read'], fit: number): number {
  if (read === 'discard') return 0;
  return read === 'fit' ? fit : read;
}

/** All messages of RFC 4475 and of RFC 5118. */
export const tortureMessages: readonly TortureMessage[] = [
  ...messages('rfc4475', 4),
  ...messages('rfc5118', 3),
];
