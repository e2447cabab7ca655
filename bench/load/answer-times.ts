import { setTimeout as sleep } from 'node:timers/promises';
import { SipPhone } from '@ringback/testing';

const SDP = [
  'v=0',
  'o=- 1 1 IN IP4 127.0.0.1',
  's=-',
  'c=IN IP4 127.0.0.1',
  't=0 0',
  'm=audio 40000 RTP/AVP 0',
  '',
].join('\r\n');

/**
 * Milliseconds from INVITE to 200 of so many calls, one after the other at a steady rate; sorted. Measured here, since
 * SIPp's clock moves in steps of 4 ms.
 */
export async function answerTimes(
  server: { host: string; port: number },
  uri: string,
  { calls, callsPerSecond }: { calls: number; callsPerSecond: number },
): Promise<number[]> {
  const phone = await SipPhone.open({ transport: 'udp', server, user: 'bench' });
  const times: number[] = [];
  try {
    const beginMs = performance.now();
    for (let call = 0; call < calls; call += 1) {
      await sleep(Math.max(0, beginMs + (call * 1000) / callsPerSecond - performance.now()));
      const sentMs = performance.now();
      const invite = phone.call('INVITE', uri, { body: SDP, contentType: 'application/sdp' });
      const ok = await phone.response(200, 'INVITE');
      times.push(performance.now() - sentMs);
      phone.ack(invite, ok);
      phone.inDialog('BYE', invite, ok);
      await phone.response(200, 'BYE');
    }
  } finally {
    phone.transport.close();
  }
  return times.sort((a, b) => a - b);
}
