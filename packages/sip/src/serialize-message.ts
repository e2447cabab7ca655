import type { SipMessage } from './message.ts';

/** Header text with line ends taken out, so that no value can begin a header of its own. */
function oneLine(text: string): string {
  return text.includes('\n') || text.includes('\r') ? text.replaceAll(/[\r\n]+[ \t]*/g, ' ').trim() : text;
}

/** The start line of a message, without its line end. */
export function startLine(message: SipMessage): string {
  return message.kind === 'request'
    ? `${message.method} ${message.uri} SIP/2.0`
    : `SIP/2.0 ${message.status} ${message.reason}`;
}

/** What was serialised last: who sends a message also shows it to somebody, and a message never changes. */
let latest: { message: SipMessage; bytes: Uint8Array } | undefined;

/**
 * The message's bytes, not to be written into. Content-Length is always the body's, in the place of an old one or last;
 * line ends in values become spaces.
 */
export function serializeMessage(message: SipMessage): Uint8Array {
  if (latest?.message !== message) latest = { message, bytes: serialize(message) };
  return latest.bytes;
}

function serialize(message: SipMessage): Uint8Array {
  let head = `${oneLine(startLine(message))}\r\n`;
  let measured = false;
  for (const { name, value } of message.headers) {
    if (name !== 'Content-Length') {
      head += `${oneLine(name)}: ${oneLine(value)}\r\n`;
    } else if (!measured) {
      head += `Content-Length: ${message.body.length}\r\n`;
      measured = true;
    }
  }
  head += measured ? '\r\n' : `Content-Length: ${message.body.length}\r\n\r\n`;
  if (message.body.length === 0) return Buffer.from(head, 'utf8');
  const headBytes = Buffer.byteLength(head, 'utf8');
  const bytes = Buffer.allocUnsafe(headBytes + message.body.length);
  bytes.write(head, 0, 'utf8');
  bytes.set(message.body, headBytes);
  return bytes;
}
