/**
 * The SIP text an application sends is looser than SIP on the network: a response may be a bare status line,
 * a request has no Via, the Content-Length counts characters, and a line that is no header is skipped rather than
 * refused. So it is only taken apart here; the server makes the real message from the parts.
 */

export interface ApplicationSip {
  startLine: string;
  /** In the order of the text, names as written, values trimmed and unfolded. */
  headers: { name: string; value: string }[];
  /** Everything after the blank line, whatever Content-Length says. */
  body: Uint8Array;
}

const decoder = new TextDecoder();
// RFC 3261 25.1: token.
const TOKEN = /^[A-Za-z0-9\-.!%*_+`'~]+$/;

/** Start of the blank line that ends the headers, and where the body begins after it. */
function findBody(bytes: Uint8Array): { headEnd: number; bodyStart: number } {
  for (let at = bytes.indexOf(0x0d); at !== -1; at = bytes.indexOf(0x0d, at + 1)) {
    if (bytes[at + 1] === 0x0a && bytes[at + 2] === 0x0d && bytes[at + 3] === 0x0a) {
      return { headEnd: at, bodyStart: at + 4 };
    }
  }
  return { headEnd: bytes.length, bodyStart: bytes.length };
}

export function parseApplicationSip(bytes: Uint8Array): ApplicationSip {
  const { headEnd, bodyStart } = findBody(bytes);
  const head = decoder.decode(bytes.subarray(0, headEnd)).replace(/\r\n[ \t]+/g, ' ');
  const [startLine = '', ...lines] = head.split(/\r\n/);
  const headers: ApplicationSip['headers'] = [];
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = colon === -1 ? '' : line.slice(0, colon).trim();
    if (TOKEN.test(name)) headers.push({ name, value: line.slice(colon + 1).trim() });
  }
  return { startLine: startLine.trim(), headers, body: bytes.subarray(bodyStart) };
}

const encoder = new TextEncoder();

export function serializeApplicationSip(sip: ApplicationSip): Uint8Array {
  const lines = [sip.startLine, ...sip.headers.map((h) => `${h.name}: ${h.value}`), '', ''];
  const head = encoder.encode(lines.join('\r\n'));
  const bytes = new Uint8Array(head.length + sip.body.length);
  bytes.set(head, 0);
  bytes.set(sip.body, head.length);
  return bytes;
}
