import { parseUri, type SipUri } from '@ringback/sip';
import { afterEach, expect, it } from 'vitest';
import type { DrachtioOptions } from '../src/index.ts';
import type { Flow } from '../src/transport/flow.ts';
import { routeBehindNat } from '../src/uac/behind-nat.ts';
import { deferred, Network, SDP } from './network.ts';

let network: Network | undefined;
afterEach(async () => {
  await network?.close();
  network = undefined;
});

/** What the Contact of a phone at 127.0.0.1 says, and which of the two sockets is asked inside the dialog. */
it.each<[NonNullable<DrachtioOptions['natDetection']>, string, string, 'heard' | 'named']>([
  ['on', '127.0.0.1', '', 'named'],
  ['on', '127.0.0.2', '', 'heard'],
  ['on', '127.0.0.1', ';ob', 'heard'],
  ['on', '127.0.0.1', ';nat=yes', 'named'],
  ['aggressive', '127.0.0.1', ';nat=yes', 'heard'],
  ['off', '127.0.0.2', '', 'named'],
  ['off', '127.0.0.1', ';ob', 'named'],
])(
  'with NAT detection %s a peer whose Contact is %s%s is reached where it is %s',
  async (natDetection, localHost, params, place) => {
    network = await Network.start({ natDetection });
    const answered = deferred<import('drachtio-srf').Dialog>();
    await network.application((app) => {
      app.invite(async (req, res) => answered.resolve(await app.createUAS(req, res, { localSdp: SDP })));
    });
    const heard = await network.phone('1001', 'udp');
    const named = await network.phone('1001', 'udp', { localHost });
    const headers = { Contact: named.contact.replace('>', `${params}>`) };
    heard.ack(
      heard.call('INVITE', 'sip:9196@ringback.local', { body: SDP, headers }),
      await heard.response(200),
    );
    const dialog = await answered.promise;
    const [there, elsewhere] = place === 'heard' ? [heard, named] : [named, heard];
    const info = dialog.request({ method: 'INFO' });
    there.reply(await there.request('INFO'), 200, 'OK');
    expect(await info).toMatchObject({ status: 200 });
    expect(elsewhere.log.filter((message) => message.kind === 'request')).toEqual([]);
    void dialog.destroy();
    there.reply(await there.request('BYE'), 200, 'OK');
  },
);

it.each([
  ['on', 'sip:10.0.0.7;lr', '198.51.100.7', true],
  ['on', 'sip:10.0.0.7;lr', '10.0.0.9', false],
  ['on', 'sip:203.0.113.7;lr', '198.51.100.7', false],
  ['aggressive', 'sip:203.0.113.7;lr;nat=yes', '198.51.100.7', true],
  ['off', 'sip:10.0.0.7;lr', '198.51.100.7', false],
] as const)(
  'with NAT detection %s a proxy that calls itself %s and was heard from %s: %s',
  (detection, route, host, behind) => {
    const flow = { remote: { host, port: 5060 } } as Flow;
    expect(routeBehindNat(detection, parseUri(route) as SipUri, flow)).toBe(behind);
  },
);
