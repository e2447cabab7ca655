/** A payload is a leader line of `|`-separated tokens, then optionally CRLF and a SIP message. */

const CR = 0x0d;
const LF = 0x0a;
const decoder = new TextDecoder();

export interface Payload {
  /** Token 0 is the message id, token 1 the command. */
  tokens: string[];
  /** The bytes after the leader line, absent when the payload is a leader alone. */
  sip?: Uint8Array;
}

export function splitPayload(payload: Uint8Array): Payload {
  const cr = payload.indexOf(CR);
  if (cr === -1) return { tokens: decoder.decode(payload).split('|') };
  const tokens = decoder.decode(payload.subarray(0, cr)).split('|');
  return { tokens, sip: payload.subarray(payload[cr + 1] === LF ? cr + 2 : cr + 1) };
}

/** What a token may not hold, since it would end the token or the leader line, becomes a space. */
export function tokenText(text: string): string {
  return text.replace(/[|\r\n]/g, ' ');
}
