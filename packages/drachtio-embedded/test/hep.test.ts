import { HepRecorder } from '@ringback/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Network, SDP } from './network.ts';

let network: Network;
let recorder: HepRecorder;
beforeEach(async () => {
  recorder = await HepRecorder.open();
  network = await Network.start({ hep: { ...recorder.address, captureId: 42 }, timing: { t1: 20 } });
});
afterEach(async () => {
  await network.close();
  recorder.close();
});

it('every message of a call is copied, repeated ones too, with where it came from and went', async () => {
  await network.application((srf) => {
    srf.invite((req, res) => void srf.createUAS(req, res, { localSdp: SDP }).catch(() => undefined));
  });
  const phone = await network.phone('1001');
  const invite = phone.call('INVITE', 'sip:9196@ringback.local', { body: SDP });
  await phone.response(200);
  const ok = await phone.response(200);
  phone.ack(invite, ok);
  phone.inDialog('BYE', invite, ok);
  await phone.response(200, 'BYE');
  await expect
    .poll(() =>
      recorder
        .startLines()
        .map((line) => line.replace(/ sip:\S+/, ''))
        .join(' > '),
    )
    .toMatch(
      /^INVITE SIP\/2.0 > SIP\/2.0 100 Trying( > SIP\/2.0 200 OK){2,} > ACK SIP\/2.0( > SIP\/2.0 200 OK)* > BYE SIP\/2.0 > SIP\/2.0 200 OK$/,
    );
  const [received, sent] = recorder.packets;
  expect(received).toMatchObject({
    ipFamily: 2,
    ipProtocol: 17,
    sourceAddress: '127.0.0.1',
    sourcePort: phone.transport.local.port,
    destinationAddress: '127.0.0.1',
    destinationPort: network.port('udp'),
    protocolType: 1,
    captureId: 42,
  });
  expect(sent).toMatchObject({
    sourcePort: network.port('udp'),
    destinationPort: phone.transport.local.port,
  });
  expect(Math.abs(received!.timeMs - Date.now())).toBeLessThan(10_000);
});

it.each(['tcp', 'ws'] as const)(
  'what goes over %s, and what the server answers by itself, is copied too',
  async (transport) => {
    const phone = await network.phone('1001', transport);
    phone.call('INVITE', 'sip:9196@ringback.local', { body: SDP });
    await phone.response(503);
    await expect.poll(() => recorder.startLines().length).toBeGreaterThanOrEqual(2);
    expect(recorder.startLines()[1]).toBe('SIP/2.0 503 Service Unavailable');
    expect(recorder.packets[0]).toMatchObject({ ipProtocol: 6, destinationPort: network.port(transport) });
  },
);

it('a capture server that is gone changes nothing for the calls, and is sent to again when it is back', async () => {
  await network.application((srf) => srf.options((_req, res) => res.send(200)));
  const phone = await network.phone('1001');
  const ask = async () => {
    phone.call('OPTIONS', 'sip:ringback.local');
    await phone.response(200);
  };
  await ask();
  const { port } = recorder.address;
  recorder.close();
  for (let count = 0; count < 50; count++) await ask();
  recorder = await HepRecorder.open(port);
  // The system tells of the datagrams that were refused by failing one that follows.
  await expect
    .poll(async () => {
      await ask();
      return recorder.packets.length;
    })
    .toBeGreaterThan(0);
});

it('a capture server may have a name, also one that nobody knows yet', async () => {
  const named = await Network.start({ hep: { ...recorder.address, host: 'localhost', captureId: 1 } });
  const unknown = await Network.start({ hep: { host: 'capture.invalid', port: 9060, captureId: 1 } });
  for (const one of [named, unknown]) {
    const phone = await one.phone('1001');
    phone.call('OPTIONS', 'sip:ringback.local');
    await phone.response(503);
  }
  await expect.poll(() => recorder.startLines()).toContain('SIP/2.0 503 Service Unavailable');
  await named.close();
  await unknown.close();
});
