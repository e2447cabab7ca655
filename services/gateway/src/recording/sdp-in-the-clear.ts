const SECURE_LINE = /^m=audio \d+ (?<profile>(?:UDP\/TLS\/)?RTP\/SAVPF?) .*$/m;
/** What the keys of the media are made of (RFC 4568, RFC 8842); with them there a reader takes the media for encrypted. */
const KEY_LINES = /^a=(?:crypto|fingerprint|setup):.*\r?\n?/gm;
const CONTENT_LENGTH = /^(content-length|l)([ \t]*:[ \t]*)\d+/im;

/**
 * A message as it would have been with its media in the clear, as which they stand in the same capture: Wireshark believes SDP
 * and would show nothing but ciphers. A line in the SDP says what it was.
 */
export function withSdpInTheClear(message: string): string {
  const profile = SECURE_LINE.exec(message)?.groups?.profile;
  const bodyAt = message.indexOf('\r\n\r\n') + 4;
  if (profile === undefined || bodyAt < 4) return message;
  const body = message
    .slice(bodyAt)
    .replace(SECURE_LINE, (line) => line.replace(profile, profile.endsWith('F') ? 'RTP/AVPF' : 'RTP/AVP'))
    .replace(KEY_LINES, '')
    .replace(/(?:\r?\n)?$/, `\r\na=X-ringback-capture:the media is in the clear here; it was ${profile}\r\n`);
  const head = message.slice(0, bodyAt).replace(CONTENT_LENGTH, `$1$2${Buffer.byteLength(body)}`);
  return head + body;
}
