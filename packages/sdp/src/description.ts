import { type Media, parse, type Session, write } from 'sdp-transform';
import { SdpError } from './sdp-error.ts';

/** A parsed session description. A value that looks like an integer is a number, whatever the field. */
export type Sdp = Session;
export type SdpMedia = Media;

export const MAX_SDP_BYTES = 65_536;
const MAX_LINE = 2_048;
const MAX_MEDIA = 32;

type Rule = { kind: string; shape: RegExp; reason: string };

// RFC 8866 5: what must hold before anything else looks at the line.
const RULES: readonly Rule[] = [
  { kind: 'v=', shape: /^v=0$/, reason: 'the version must be 0' },
  { kind: 'o=', shape: /^o=\S+ \d+ \d+ IN IP[46] \S+$/, reason: 'the origin needs six fields' },
  { kind: 'c=', shape: /^c=IN IP[46] [\w.:%/-]+$/, reason: 'not a connection address' },
  { kind: 't=', shape: /^t=\d+ \d+$/, reason: 'not a time' },
  { kind: 'm=', shape: /^m=[\w-]+ \d{1,5} [\w/]+ \S[^\r\n]*$/, reason: 'not a media line' },
  { kind: 'a=rtpmap:', shape: /^a=rtpmap:\d{1,3} [\w.-]+\/\d{1,7}(\/\w+)?\s*$/, reason: 'not an rtpmap' },
  { kind: 'a=ptime:', shape: /^a=ptime:\d{1,4}(\.\d+)?\s*$/, reason: 'not a packet time' },
  { kind: 'a=rtcp:', shape: /^a=rtcp:\d{1,5}( IN IP[46] \S+)?\s*$/, reason: 'not an RTCP port' },
];

// Attributes for video whose patterns in the parser take quadratic time on crafted text; nothing here reads them.
const SKIPPED = /^a=(imageattr|simulcast|rid|mediaclk|source-filter|floorid)\b/;

/**
 * Reads a session description (RFC 8866). Throws SdpError `malformed` with the line for what breaks the grammar of the
 * lines that calls depend on; unknown lines are kept.
 */
export function parseSdp(text: string): Sdp {
  if (text.length > MAX_SDP_BYTES) throw new SdpError('malformed', `longer than ${MAX_SDP_BYTES} characters`);
  const lines = text.split(/\r\n|\r|\n/);
  while (lines.at(-1) === '') lines.pop();
  lines.forEach(checkLine);
  if (lines[0] !== 'v=0') throw malformed('a description begins with v=0', 1, lines[0] ?? '');
  if (!lines[1]?.startsWith('o=')) throw malformed('the second line is the origin', 2, lines[1] ?? '');
  if (lines.filter((line) => line.startsWith('m=')).length > MAX_MEDIA) {
    throw new SdpError('malformed', `more than ${MAX_MEDIA} media lines`);
  }
  return parse(`${lines.filter((line) => !SKIPPED.test(line)).join('\r\n')}\r\n`);
}

/** The text of a description, lines ended by CRLF. */
export function writeSdp(sdp: Sdp): string {
  return write({ ...sdp, name: sdp.name ?? '-', timing: sdp.timing ?? { start: 0, stop: 0 } });
}

function checkLine(line: string, index: number): void {
  if (line.length > MAX_LINE) throw malformed(`longer than ${MAX_LINE} characters`, index + 1, line);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
  if (/[\u0000-\u0008\u000b-\u001f\u007f]/.test(line))
    throw malformed('a control character', index + 1, line);
  if (!/^[a-z]=/.test(line)) throw malformed('not of the form x=value', index + 1, line);
  const rule = RULES.find(({ kind }) => line.startsWith(kind));
  if (rule && !rule.shape.test(line)) throw malformed(rule.reason, index + 1, line);
  const port = /^(?:m=[\w-]+ |a=rtcp:)(\d+)/.exec(line)?.[1];
  if (port !== undefined && Number(port) > 65_535) throw malformed('a port above 65535', index + 1, line);
}

function malformed(reason: string, lineNumber: number, line: string): SdpError {
  return new SdpError('malformed', reason, { lineNumber, line });
}
