import { once } from 'node:events';
import { createServer as createHttpsServer } from 'node:https';
import Srf from 'drachtio-srf';
import { describe, expect, it, onTestFinished } from 'vitest';
import { invite, listenAs, start, web } from './handlers.ts';
import { localhostCertificate, SDP, SECRET } from './network.ts';
import { dial, routeOfCaller } from './proxying.ts';

const { cert, key } = localhostCertificate;

describe('a web handler', () => {
  it('is told of the request, over one connection', async () => {
    const { url, asked } = await web({ action: 'reject', data: { status: 486 } });
    const network = await start([{ method: 'INVITE', url: `${url}?key=7` }]);
    const { phone, final } = await invite(network, 'sip:%2b4930@ringback.local;dst=x;method=BYE');
    expect((await final(486)).reason).toBe('Busy Here');
    expect(asked[0]).toMatchObject({
      method: 'GET',
      body: '',
      query: {
        key: '7',
        method: 'INVITE',
        domain: 'ringback.local',
        protocol: 'udp',
        source_address: '127.0.0.1',
        fromUser: phone.options.user,
        toUser: '%2b4930',
        uriUser: '%2b4930',
        contentType: 'application/sdp',
        uri: 'sip:%2b4930@ringback.local;dst=x;method=BYE',
        dst: 'x',
      },
    });
    await (await invite(network)).final(486);
    expect(asked[1]!.socket).toBe(asked[0]!.socket);
  });

  it('is sent the whole request by POST, over https, through a redirect', async () => {
    const { url, asked } = await web(
      { action: 'reject', data: { status: 503, reason: 'Max\r\nCalls' } },
      createHttpsServer({ cert, key }),
    );
    const network = await start([
      { method: '*', url: `${url}elsewhere`, httpMethod: 'POST', verifyPeer: false },
    ]);
    expect((await (await invite(network)).final(503)).reason).toBe('Max Calls');
    expect(asked.map(({ method }) => method)).toEqual(['POST', 'POST']);
    expect(asked[0]!.body).toMatch(/^INVITE sip:9196@ringback\.local SIP\/2\.0\r\n[\s\S]*m=audio/);
  });

  it('redirects', async () => {
    const { url } = await web({
      action: 'redirect',
      data: { contact: ['sip:a@b.example', '<sip:c@d>;q=0.5'] },
    });
    const network = await start([{ method: '*', url }]);
    const response = await (await invite(network)).final(302);
    const contacts = response.headers.filter(({ name }) => name === 'Contact').map(({ value }) => value);
    expect(contacts).toEqual(['<sip:a@b.example>', '<sip:c@d>;q=0.5']);
  });

  it('proxies, and is not asked again for the dialog', async () => {
    const target: { destination?: string; recordRoute: boolean } = { recordRoute: true };
    const handler = await web({ action: 'proxy', data: target });
    const network = await start([{ method: '*', url: handler.url }]);
    const phone = await network.phone('1001');
    const callee = await network.phone('1002');
    target.destination = `127.0.0.1:${callee.transport.local.port}`;
    const invite = dial(phone);
    callee.reply(await callee.request('INVITE'), 200, 'OK', { body: SDP });
    const ok = await phone.response(200);
    phone.ack(invite, ok, routeOfCaller(ok));
    await callee.request('ACK');
    phone.inDialog('BYE', invite, ok, routeOfCaller(ok));
    callee.reply(await callee.request('BYE'), 200, 'OK');
    await phone.response(200, 'BYE');
    expect(handler.asked).toHaveLength(1);
  });

  it('routes to an application that listens', async () => {
    const port = await listenAs((srf) => srf.invite((_req, res) => res.send(486, 'Listening')));
    const { url } = await web({ action: 'route', data: { uri: `localhost:${port};transport=tcp` } });
    const network = await start([{ method: '*', url }]);
    expect((await (await invite(network)).final(486)).reason).toBe('Listening');
  });

  it('routes to the connected applications with a tag, in turn', async () => {
    const served: string[] = [];
    const { url } = await web({ action: 'route', data: { tag: 'conference' } });
    const network = await start([{ method: '*', url }]);
    for (const [name, tags] of Object.entries({ a: ['conference'], b: ['other'], c: ['x', 'conference'] })) {
      const srf = new Srf();
      srf.on('error', () => undefined);
      srf.invite((_req, res) => {
        served.push(name);
        res.send(486);
      });
      srf.connect({ host: '127.0.0.1', port: network.server.adminPort, secret: SECRET, tags });
      await once(srf, 'connect');
      onTestFinished(() => srf.disconnect());
    }
    for (let turn = 0; turn < 3; turn++) await (await invite(network)).final(486);
    expect(served).toEqual(['a', 'c', 'a']);
  });

  it('whose tag nobody has: 480', async () => {
    const { url } = await web({ action: 'route', data: { tag: 'conference' } });
    const network = await start([{ method: '*', url }]);
    await (await invite(network)).final(480);
  });

  it.each([
    ['no JSON', 'hello'],
    ['an unknown action', { action: 'dance', data: {} }],
    ['a timeout that is none', { action: 'proxy', data: { destination: 'sip:a@b', finalTimeout: '1h' } }],
    ['more than it may', `{"action": "reject", "data": {"status": 486, "reason": "${'x'.repeat(70_000)}"}}`],
  ])('that says %s: 500', async (_what, answer) => {
    const { url } = await web(answer);
    const network = await start([{ method: '*', url }]);
    await (await invite(network)).final(500);
  });

  it('that is not there: 500', async () => {
    const network = await start([{ method: '*', url: 'http://127.0.0.1:1/' }]);
    await (await invite(network)).final(500);
  });
});
