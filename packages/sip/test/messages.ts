import { parseMessage, type SipMessage, type SipRequest, type SipResponse } from '../src/index.ts';

/** Text with plain line ends as a SIP message's bytes. */
export const wire = (text: string): Uint8Array => Buffer.from(text.replaceAll(/\r?\n/g, '\r\n'), 'utf8');

export function parsed(text: string): SipMessage {
  const result = parseMessage(wire(text));
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.reason}`);
  return result.message;
}

export function parsedRequest(text: string): SipRequest {
  const message = parsed(text);
  if (message.kind !== 'request') throw new Error('not a request');
  return message;
}

export function parsedResponse(text: string): SipResponse {
  const message = parsed(text);
  if (message.kind !== 'response') throw new Error('not a response');
  return message;
}

export const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

export const request = (method: string, extra = ''): SipRequest =>
  parsedRequest(`${method} sip:bob@biloxi.example SIP/2.0
Via: SIP/2.0/UDP pc33.atlanta.example;branch=z9hG4bK776asdhds;rport
Max-Forwards: 70
From: "Alice" <sip:alice@atlanta.example>;tag=1928301774
To: Bob <sip:bob@biloxi.example>
Call-ID: a84b4c76e66710
CSeq: 314159 ${method}
Contact: <sip:alice@pc33.atlanta.example>
${extra}Content-Length: 0

`);
