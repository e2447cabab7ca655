import { codecsOf, parseSdp, type Sdp, type SdpLine, type SdpMedia } from '../../sip/sdp.ts';
import { hasSdp, type SipText } from '../../sip/sip-text.ts';
import { literally } from './xml.ts';

/** The body as SIPp sends it: a session description names the ports of SIPp, and plain RTP, since it speaks no other. */
export function bodyLines(message: SipText, body: string): string[] {
  const sdp = hasSdp(message) ? parseSdp(body) : null;
  if (sdp) return sdpLines(sdp);
  return body.trim() === '' ? [] : body.trimEnd().split(/\r?\n/).map(literally);
}

/** Of ICE (RFC 8839), DTLS-SRTP (RFC 5763), SDES (RFC 4568) and WebRTC's own bundles and names. */
const NOT_PLAIN =
  /^a=(?:candidate|end-of-candidates|ice-|fingerprint|setup|crypto|group|mid|msid|ssrc|rtcp|extmap|tls-id|label)/i;

function sdpLines({ session, media }: Sdp): string[] {
  return [...session.flatMap((line) => sessionLine(line)), ...media.flatMap(mediaLines)];
}

function sessionLine(line: SdpLine): string[] {
  if (line.type === 'o') return [`o=${originOf(line.value)}`];
  if (line.type === 's') return [`s=${literally(line.value)}`, 'c=IN IP[media_ip_type] [media_ip]'];
  return line.type === 'c' ? [] : plain(line);
}

function originOf(value: string): string {
  const [user = '-', id = '1', version = '1'] = value.split(/\s+/);
  return `${[user, id, version].map(literally).join(' ')} IN IP[media_ip_type] [media_ip]`;
}

function mediaLines(media: SdpMedia): string[] {
  const { kind, port, protocol, lines } = media;
  const secure = /SAVP/i.test(protocol);
  const formats = secure ? plainFormats(media) : media.formats;
  const kept = lines.filter((line) => line.type !== 'c' && !isOfOtherFormat(line, formats));
  return [
    `m=${kind} ${port === '0' ? '0' : '[media_port]'} ${secure ? 'RTP/AVP' : protocol} ${formats.join(' ')}`,
    ...kept.flatMap(plain),
  ];
}

/** Numbers that mean the same in every session (RFC 3551 6), and keys; another number may be another codec now. */
function plainFormats(media: SdpMedia): string[] {
  const known = codecsOf(media).filter(
    ({ payloadType, name, clockRate }) =>
      Number(payloadType) < 96 || (/^telephone-event$/i.test(name) && clockRate === '8000'),
  );
  return known.length > 0 ? known.map(({ payloadType }) => payloadType) : media.formats;
}

function isOfOtherFormat({ type, value }: SdpLine, formats: readonly string[]): boolean {
  const payloadType = /^(?:rtpmap|fmtp|rtcp-fb):(\S+)/i.exec(value)?.[1];
  return type === 'a' && payloadType !== undefined && !formats.includes(payloadType);
}

function plain({ type, value }: SdpLine): string[] {
  const line = `${type}=${value}`;
  return NOT_PLAIN.test(line) ? [] : [literally(line)];
}
