import type { SipMessageRecord } from '@ringback/contracts';
import { headerText, parameterOf, parseSip, type SipText } from '../../sip/sip-text.ts';
import { bodyLines } from './body-lines.ts';
import { literally } from './xml.ts';

/** Of this endpoint in every dialog of a run. */
export const OWN_TAG = '[pid]SIPpTag00[call_number]';

const OWN_VIA = 'Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]';

/** What SIPp fills in, or what belongs to the recorded call alone. */
const LEFT_OUT = /^(?:via|route|record-route|content-length|x-ringback-call)$/i;
const CREDENTIALS = /^(?:proxy-)?authorization$/i;

export function challenged({ headers }: SipText): boolean {
  return headers.some(({ name }) => CREDENTIALS.test(name));
}

/** A request of the endpoint as SIPp sends it. `before`: what was on the wire before it. */
export function requestLines(
  message: SipMessageRecord,
  text: SipText,
  before: readonly SipMessageRecord[],
): string[] {
  const inDialog = parameterOf(headerText(text, 'To'), 'tag') !== null && !endsFailure(message, before);
  const { startLine, headers, body } = text;
  const [method = '', uri = ''] = startLine.split(' ');
  return [
    `${method} ${inDialog ? '[next_url]' : address(uri, message)} SIP/2.0`,
    repeatsTransaction(message, before) ? '[last_Via:]' : OWN_VIA,
    ...(inDialog ? ['[routes]'] : []),
    ...headers
      .filter(({ name }) => !LEFT_OUT.test(name))
      .flatMap(({ name, value }) => headerLines(name, value, message, before)),
    'Content-Length: [len]',
    '',
    ...bodyLines(text, body),
  ];
}

function headerLines(
  name: string,
  value: string,
  message: SipMessageRecord,
  before: readonly SipMessageRecord[],
): string[] {
  const key = name.toLowerCase();
  if (key === 'from') return [`From: ${address(withoutTag(value), message)};tag=${OWN_TAG}`];
  if (key === 'to') return [`To: ${address(withoutTag(value), message)}${peerTag(message, before)}`];
  if (key === 'call-id') return ['Call-ID: [call_id]'];
  if (key === 'contact') return [contactLine(value)];
  if (CREDENTIALS.test(name)) return message.method === 'INVITE' ? ['[authentication]'] : [];
  return [`${name}: ${literally(value)}`];
}

/** A request that opens a dialog names nobody's tag yet, and neither does its CANCEL (RFC 3261 9.1). */
function peerTag({ method, raw }: SipMessageRecord, before: readonly SipMessageRecord[]): string {
  const answered = before.some(({ direction }) => direction === 'out');
  const named = method === 'ACK' || parameterOf(headerText(parseSip(raw), 'To'), 'tag') !== null;
  return answered && named ? '[peer_tag_param]' : '';
}

/** `user` of the recorded contact at the address where SIPp listens. */
export function contactLine(value: string): string {
  const user = /sips?:([^@;>]+)@/i.exec(value)?.[1];
  return `Contact: <sip:${user ? `${literally(user)}@` : ''}[local_ip]:[local_port];transport=[transport]>`;
}

export function withoutTag(value: string): string {
  return value.replace(/;\s*tag=[^;,\s>]+/i, '');
}

/** Ringback's own address becomes that of the one that is called now. */
function address(text: string, { destination }: SipMessageRecord): string {
  return literally(text).replaceAll(literally(destination), '[remote_ip]:[remote_port]');
}

/** RFC 3261 9.1, 17.1.1.3: a CANCEL, and the ACK of a failure, carry the Via of their INVITE. */
function repeatsTransaction(message: SipMessageRecord, before: readonly SipMessageRecord[]): boolean {
  return message.method === 'CANCEL' || endsFailure(message, before);
}

function endsFailure({ method, cseq }: SipMessageRecord, before: readonly SipMessageRecord[]): boolean {
  if (method !== 'ACK') return false;
  const number = Number.parseInt(cseq, 10);
  return before.some(
    (each) =>
      each.method === 'INVITE' && (each.status ?? 0) >= 300 && Number.parseInt(each.cseq, 10) === number,
  );
}
