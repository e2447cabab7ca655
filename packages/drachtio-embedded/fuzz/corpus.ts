import { tortureMessages } from '@ringback/testing';

const SDP = `v=0
o=- 4611731400430051336 2 IN IP4 127.0.0.1
s=-
c=IN IP4 127.0.0.1
t=0 0
m=audio 40000 RTP/AVP 0 8 101
a=rtpmap:101 telephone-event/8000
a=sendrecv
`;

function message(startLine: string, cseq: string, extra: string, body = ''): string {
  const length = Buffer.byteLength(body.replaceAll('\n', '\r\n'));
  return `${startLine}
Via: SIP/2.0/UDP 192.0.2.10:5060;rport;branch=z9hG4bKPj3f0b9c1e8a7d4b1f, SIP/2.0/WS a.invalid;branch=z9hG4bK2
Record-Route: <sip:192.0.2.1;lr>, "proxy, two" <sip:[2001:db8::1]:5070;lr;transport=tcp>
Max-Forwards: 70
From: "Alice \\"A\\" Example" <sip:1001@ringback.local;user=phone>;tag=9fxced76sl
To: <sip:1002@ringback.local>;tag=1410948204
Call-ID: 3848276298220188511@192.0.2.10
CSeq: ${cseq}
Contact: <sip:1001@192.0.2.10:5060;transport=udp?Subject=a%20b>;expires=60;q=0.5
${extra}Content-Length: ${length}

${body}`.replaceAll('\n', '\r\n');
}

const CALL = [
  message(
    'REGISTER sip:ringback.local SIP/2.0',
    '2 REGISTER',
    'Expires: 600\nAuthorization: Digest username="1001", realm="ringback.local", nonce="5a1b", uri="sip:ringback.local", response="7539", algorithm=SHA-256, cnonce="0a4f", qop=auth, nc=00000001\n',
  ),
  message(
    'INVITE sip:1002@ringback.local SIP/2.0',
    '1 INVITE',
    'Require: 100rel\nSupported: timer, outbound\nSession-Expires: 1800;refresher=uac\nContent-Type: application/sdp\n',
    SDP,
  ),
  message('SIP/2.0 183 Session Progress', '1 INVITE', 'RSeq: 776656\nContent-Type: application/sdp\n', SDP),
  message('PRACK sip:1002@192.0.2.20 SIP/2.0', '2 PRACK', 'RAck: 776656 1 INVITE\n'),
  message('ACK sip:1002@192.0.2.20:5060 SIP/2.0', '1 ACK', 'Route: <sip:192.0.2.1;lr>\n'),
  message(
    'SIP/2.0 401 Unauthorized',
    '1 REGISTER',
    'WWW-Authenticate: Digest realm="r", nonce="n", algorithm=MD5, qop="auth"\n',
  ),
  message(
    'REFER tel:+49301234 SIP/2.0',
    '3 REFER',
    'Refer-To: <sips:a@b?Replaces=1%3Bto-tag%3D2>\nReferred-By: sip:x@y\n',
  ),
  message('BYE sip:1002@192.0.2.20:5060 SIP/2.0', '2 BYE', 'Reason: Q.850;cause=16;text="Normal"\n'),
].map((text) => Buffer.from(text));

const torture = tortureMessages.map(({ bytes }) => bytes);

/** What is mutated: the torture messages of RFC 4475 and RFC 5118, and the messages of ordinary calls, several times. */
export const corpus: readonly Uint8Array[] = [...torture, ...CALL, ...CALL, ...CALL, ...CALL];
