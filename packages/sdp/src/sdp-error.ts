/**
 * `malformed`: a line breaks the grammar; `no-audio`: no usable audio line; `unsupported-transport`: the audio is not
 * of a profile the answerer has; `no-common-codec`: the two sides share no codec.
 */
export type SdpErrorCode = 'malformed' | 'no-audio' | 'unsupported-transport' | 'no-common-codec';

/** A session description that cannot be used, with the line that is to blame when there is one. */
export class SdpError extends Error {
  override readonly name = 'SdpError';
  readonly code: SdpErrorCode;
  /** Counted from 1. */
  readonly lineNumber: number | undefined;
  readonly line: string | undefined;

  constructor(code: SdpErrorCode, reason: string, at?: { lineNumber: number; line: string }) {
    super(at ? `${reason} (line ${at.lineNumber}: ${JSON.stringify(at.line.slice(0, 80))})` : reason);
    this.code = code;
    this.lineNumber = at?.lineNumber;
    this.line = at?.line;
  }
}
