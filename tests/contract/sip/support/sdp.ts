/** A session of one PCMU stream at that port; the port tells one description from another. */
export function sdp(port: number, direction = 'sendrecv', version = 1): string {
  const lines = [
    ...['v=0', `o=- ${port} ${version} IN IP4 127.0.0.1`, 's=-', 'c=IN IP4 127.0.0.1', 't=0 0'],
    ...[`m=audio ${port} RTP/AVP 0`, 'a=rtpmap:0 PCMU/8000', `a=${direction}`],
  ];
  return lines.map((line) => `${line}\r\n`).join('');
}

export const OFFER = sdp(4000);
export const ANSWER = sdp(5000);
