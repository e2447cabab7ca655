import { header, parseNameAddr } from '@ringback/sip';
import type Srf from 'drachtio-srf';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deferred, Network, SDP } from './network.ts';

let network: Network;
let srf: Srf;
beforeEach(async () => {
  network = await Network.start();
  srf = await network.application((app) => {
    app.register((req, res) => {
      const expires = req.has('Expires') ? req.get('Expires') : '60';
      res.send(
        200,
        expires === '0' ? {} : { headers: { Contact: `${req.get('Contact')};expires=${expires}` } },
      );
    });
  });
});
afterEach(() => network.close());

async function browser(user: string) {
  const page = await network.phone(user, 'ws');
  page.call('REGISTER', 'sip:ringback.local');
  await page.response(200, 'REGISTER');
  return page;
}

const uriOf = (contact: string) => parseNameAddr(contact)!.uri;

describe('a browser, whose Contact names a host that does not exist', () => {
  it('is called down the socket it registered on', async () => {
    const page = await browser('1001');
    expect(page.contact).toContain('.invalid');
    const call = srf.createUAC(uriOf(page.contact), { localSdp: SDP });
    const invite = await page.request('INVITE');
    expect(header(invite, 'Via')).toContain('SIP/2.0/WS');
    expect(header(invite, 'Contact')).toContain(`127.0.0.1:${network.port('ws')};transport=ws`);
    page.reply(invite, 200, 'OK', { body: SDP });
    await page.request('ACK');
    const dialog = await call;
    void dialog.destroy();
    page.reply(await page.request('BYE'), 200, 'OK');
  });

  it('gets its own port and transport where the application wrote localhost', async () => {
    const page = await browser('1001');
    srf
      .createUAC(uriOf(page.contact), {
        localSdp: SDP,
        headers: { Contact: '<sip:b2b@localhost>', From: '"Ann" <sip:1002@localhost>' },
      })
      .catch(() => undefined);
    const invite = await page.request('INVITE');
    const port = network.port('ws');
    expect(header(invite, 'Contact')).toBe(`<sip:b2b@127.0.0.1:${port};transport=ws>`);
    expect(header(invite, 'From')).toMatch(`"Ann" <sip:1002@127.0.0.1:${port}>;tag=`.replace('"Ann"', 'Ann'));
    page.reply(invite, 486, 'Busy Here');
    await page.request('ACK');
  });

  it('is found on its new socket in the middle of a call', async () => {
    const page = await browser('1001');
    const call = srf.createUAC(uriOf(page.contact), { localSdp: SDP });
    const invite = await page.request('INVITE');
    page.reply(invite, 200, 'OK', { body: SDP });
    await page.request('ACK');
    const dialog = await call;
    page.close();
    const again = await network.phone('1001', 'ws');
    again.call('REGISTER', 'sip:ringback.local', { headers: { Contact: page.contact } });
    await again.response(200, 'REGISTER');
    const answered = dialog.request({ method: 'INFO' });
    again.reply(await again.request('INFO'), 200, 'OK');
    expect(await answered).toMatchObject({ status: 200 });
  });

  it('is found by its instance when it comes back as somebody else (RFC 5626)', async () => {
    const register = async () => {
      const page = await network.phone('1001', 'ws');
      const headers = { Contact: `${page.contact};reg-id=1;+sip.instance="<urn:uuid:1>"` };
      page.call('REGISTER', 'sip:ringback.local', { headers: { ...headers, To: `<${page.aor}>` } });
      await page.response(200, 'REGISTER');
      return page;
    };
    const before = await register();
    const after = await register();
    expect(before.contact).not.toBe(after.contact);
    srf.createUAC(uriOf(before.contact), { localSdp: SDP }).catch(() => undefined);
    after.reply(await after.request('INVITE'), 486, 'Busy Here');
    await after.request('ACK');
    expect(before.log.filter((message) => message.kind === 'request')).toEqual([]);
  });

  it('that left is told of at once: 410 for a call, 503 inside one', async () => {
    const page = await browser('1001');
    const call = srf.createUAC(uriOf(page.contact), { localSdp: SDP });
    page.reply(await page.request('INVITE'), 200, 'OK', { body: SDP });
    await page.request('ACK');
    const dialog = await call;
    page.close();
    await expect.poll(() => network.server.stats().connections).toBe(0);
    await expect(srf.createUAC(uriOf(page.contact), { localSdp: SDP })).rejects.toMatchObject({
      status: 410,
    });
    expect(await dialog.request({ method: 'INFO' })).toMatchObject({ status: 503 });
  });

  it('that leaves while it rings ends the call at once', async () => {
    const page = await browser('1001');
    const call = srf.createUAC(uriOf(page.contact), { localSdp: SDP }).catch((error: unknown) => error);
    page.reply(await page.request('INVITE'), 180, 'Ringing');
    await expect.poll(() => network.server.stats().dialogs).toBe(1);
    page.close();
    expect(await call).toMatchObject({ status: 503 });
    expect(network.server.stats().dialogs).toBe(0);
  });

  it('that never registered, or registered off, gets 503', async () => {
    await expect(srf.createUAC('sip:x@nobody.invalid;transport=ws', { localSdp: SDP })).rejects.toMatchObject(
      { status: 503 },
    );
    const page = await browser('1001');
    page.call('REGISTER', 'sip:ringback.local', { headers: { Expires: '0' } });
    await page.response(200, 'REGISTER');
    await expect(srf.createUAC(uriOf(page.contact), { localSdp: SDP })).rejects.toMatchObject({
      status: 503,
    });
    expect(network.server.stats().bindings).toBe(0);
  });
});

describe('a connection', () => {
  it('of a TCP phone is used again for the calls it gets', async () => {
    const phone = await network.phone('1001', 'tcp');
    phone.call('REGISTER', 'sip:ringback.local');
    await phone.response(200, 'REGISTER');
    srf.createUAC(uriOf(phone.contact), { localSdp: SDP }).catch(() => undefined);
    const invite = await phone.request('INVITE');
    expect(header(invite, 'Via')).toContain('SIP/2.0/TCP');
    phone.reply(invite, 486, 'Busy Here');
    await phone.request('ACK');
    expect(network.server.stats().connections).toBe(1);
  });

  it('that cannot be opened answers 503', async () => {
    const closed = await network.phone('1001', 'tcp');
    const { port } = closed.transport.local;
    closed.close();
    await expect.poll(() => network.server.stats().connections).toBe(0);
    const uri = `sip:1001@127.0.0.1:${port};transport=tcp`;
    await expect(srf.createUAC(uri, { localSdp: SDP })).rejects.toMatchObject({ status: 503 });
  });

  it('carries messages in any pieces and glued together, and answers a keep-alive', async () => {
    const phone = await network.phone('1001', 'tcp');
    const one = phone.build('REGISTER', 'sip:ringback.local');
    const text = new TextDecoder().decode((await import('@ringback/sip')).serializeMessage(one));
    for (const character of text) phone.sendRaw(character);
    await phone.response(200, 'REGISTER');
    const many = [1, 2, 3].map(() => phone.build('REGISTER', 'sip:ringback.local'));
    const { serializeMessage } = await import('@ringback/sip');
    phone.sendRaw(many.map((request) => new TextDecoder().decode(serializeMessage(request))).join(''));
    for (const _ of many) await phone.response(200, 'REGISTER');
    phone.sendRaw('\r\n\r\n');
    phone.call('REGISTER', 'sip:ringback.local');
    await phone.response(200, 'REGISTER');
  });

  it('that lost its frame gets 400 and is closed', async () => {
    const phone = await network.phone('1001', 'tcp');
    const { serializeMessage } = await import('@ringback/sip');
    const request = phone.build('OPTIONS', 'sip:ringback.local', { headers: { 'X-A': 'b' } });
    const text = new TextDecoder().decode(serializeMessage(request));
    phone.sendRaw(text.replace('Content-Length: 0', 'Content-Length: minus one'));
    await phone.response(400);
    await expect.poll(() => network.server.stats().connections).toBe(0);
  });
});

it('an idle connection that nobody registered on is closed, one in a call is not', async () => {
  await network.close();
  network = await Network.start({ limits: { idleMs: 60 }, timing: { t1: 5 } });
  const answered = deferred<import('drachtio-srf').Dialog>();
  await network.application((app) => {
    app.invite(async (req, res) => answered.resolve(await app.createUAS(req, res, { localSdp: SDP })));
  });
  const inCall = await network.phone('1001', 'tcp');
  inCall.ack(inCall.call('INVITE', 'sip:9196@ringback.local', { body: SDP }), await inCall.response(200));
  await network.phone('1002', 'tcp');
  await network.phone('1003', 'ws');
  await expect.poll(() => network.server.stats().connections).toBe(1);
  const dialog = await answered.promise;
  void dialog.destroy();
  inCall.reply(await inCall.request('BYE'), 200, 'OK');
  await expect.poll(() => network.server.stats().connections).toBe(0);
});
