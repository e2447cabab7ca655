import { header, type SipMessage } from './message.ts';

/** Whether the body is, or may hold, a session description (RFC 3261 13.2.1). */
export function carriesSession(message: Pick<SipMessage, 'headers' | 'body'>): boolean {
  if (message.body.length === 0) return false;
  const type = header(message, 'Content-Type')?.trim().toLowerCase() ?? '';
  return type.startsWith('application/sdp') || type.startsWith('multipart/');
}
