import { once } from 'node:events';
import { header, parseNameAddr, tagOf } from '@ringback/sip';
import type { SipPhone } from '@ringback/testing';
import type Srf from 'drachtio-srf';
import type { Dialog, Message } from 'drachtio-srf';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deferred, Network, SDP } from './network.ts';

let network: Network;
let srf: Srf;
let phone: SipPhone;
beforeEach(async () => {
  network = await Network.start();
  srf = await network.application();
  phone = await network.phone('1002');
});
afterEach(() => network.close());

const target = () => parseNameAddr(phone.contact)!.uri;

describe('a request of an application', () => {
  it('is shown to it as it was sent, with a From tag and an address of ours', async () => {
    const request = await srf.request(target(), {
      method: 'MESSAGE',
      body: 'hello',
      headers: {
        'Content-Type': 'text/plain',
        From: '<sip:1001@localhost>;tag=mine',
        'x-note': 'keep',
        subject: 'é',
      },
    });
    const sent = await phone.request('MESSAGE');
    expect(header(sent, 'From')).toBe(request.get('From'));
    expect(header(sent, 'From')).toMatch(new RegExp(`^<sip:1001@127.0.0.1:${network.port('udp')}>;tag=`));
    expect(tagOf(header(sent, 'From'))).not.toBe('mine');
    expect(header(sent, 'Call-ID')).toBe(request.get('Call-ID'));
    expect(header(sent, 'x-note')).toBe('keep');
    expect(sent.headers.map(({ name }) => name)).toContain('Subject');
    const answered = once(request, 'response');
    phone.reply(sent, 202, 'Accepted');
    const [response] = (await answered) as [Message];
    expect(response.status).toBe(202);
    expect(response.source_port).toBe(phone.transport.local.port);
  });

  it('PUBLISH has its entity tags as SIP spells them (RFC 3903)', async () => {
    const request = await srf.request(target(), {
      method: 'PUBLISH',
      headers: { event: 'presence', 'sip-if-match': 'old', expires: '60' },
    });
    const sent = await phone.request('PUBLISH');
    expect(sent.headers.map(({ name }) => name)).toContain('SIP-If-Match');
    const answered = once(request, 'response');
    phone.reply(sent, 200, 'OK', { headers: { 'SIP-ETag': 'new', Expires: '60' } });
    const [response] = (await answered) as [Message];
    expect(response.get('SIP-ETag')).toBe('new');
  });

  it.each([
    ['to ourselves', () => `sip:x@127.0.0.1:${network.port('udp')}`, /can not send request to myself/],
    ['over a transport we do not have', () => 'sip:x@127.0.0.1;transport=tls', /transport not available/],
    ['to no URI', () => 'sip:', /invalid request-uri/],
  ])('%s is refused', async (_what, uri, reason) => {
    await expect(srf.request(uri(), { method: 'OPTIONS' })).rejects.toThrow(reason);
  });

  it('with a body of unknown type is refused', async () => {
    await expect(srf.request(target(), { method: 'INFO', body: 'x=1' })).rejects.toThrow(
      /missing content-type/,
    );
  });

  it('goes where `proxy` says, whatever its own address is', async () => {
    const request = await srf.request('sip:1002@nowhere.invalid', { method: 'OPTIONS', proxy: target() });
    expect((await phone.request('OPTIONS')).uri).toBe('sip:1002@nowhere.invalid');
    expect(request.uri).toBe('sip:1002@nowhere.invalid');
  });

  it('is repeated with credentials in the same call', async () => {
    const call = srf.createUAC(target(), { localSdp: SDP, auth: { username: 'u', password: 'p' } });
    const first = await phone.request('INVITE');
    phone.reply(first, 401, 'Unauthorized', {
      headers: { 'WWW-Authenticate': 'Digest realm="r", nonce="n", algorithm=MD5, qop="auth"' },
    });
    await phone.request('ACK');
    const second = await phone.request('INVITE');
    expect(header(second, 'Authorization')).toContain('username="u"');
    for (const name of ['Call-ID', 'From']) expect(header(second, name)).toBe(header(first, name));
    phone.reply(second, 200, 'OK', { body: SDP });
    await phone.request('ACK');
    expect((await call).id).toContain(header(first, 'Call-ID'));
  });
});

describe('a call that forks', () => {
  it('on several legs of one offer is answered by one, the others are cancelled', async () => {
    const phones = await Promise.all(['a', 'b', 'c'].map((user) => network.phone(user)));
    const requests: Message[] = [];
    const legs = phones.map((leg) =>
      srf
        .createUAC(
          parseNameAddr(leg.contact)!.uri,
          { localSdp: SDP },
          { cbRequest: (_error, request) => void requests.push(request) },
        )
        .catch((error: { status: number }) => error.status),
    );
    const invites = await Promise.all(phones.map((leg) => leg.request('INVITE')));
    phones.forEach((leg, index) => void leg.reply(invites[index]!, 180, 'Ringing'));
    phones[1]!.reply(invites[1]!, 200, 'OK', { body: SDP });
    await phones[1]!.request('ACK');
    await legs[1];
    requests.forEach((request, index) => {
      if (index !== 1)
        request.cancel({ headers: { Reason: 'SIP;cause=200;text="Call completed elsewhere"' } });
    });
    for (const index of [0, 2]) {
      const cancel = await phones[index]!.request('CANCEL');
      expect(header(cancel, 'Reason')).toContain('completed elsewhere');
      phones[index]!.reply(cancel, 200, 'OK');
      phones[index]!.reply(invites[index]!, 487, 'Request Terminated');
    }
    expect([await legs[0], await legs[2]]).toEqual([487, 487]);
    expect(network.server.stats().dialogs).toBe(1);
  });

  it('behind one address has one dialog; a second answer is acknowledged and hung up', async () => {
    const progress: string[] = [];
    const call = srf.createUAC(
      target(),
      { localSdp: SDP },
      { cbProvisional: (response) => void progress.push(response.getParsedHeader('To').params.tag ?? '') },
    );
    const invite = await phone.request('INVITE');
    phone.reply(invite, 180, 'Ringing', { tag: 'one' });
    phone.reply(invite, 183, 'Session Progress', { tag: 'two', body: SDP });
    const first = phone.reply(invite, 200, 'OK', { tag: 'one', body: SDP });
    const second = phone.reply(invite, 200, 'OK', { tag: 'two', body: SDP });
    const tags = [await phone.request('ACK'), await phone.request('ACK')].map((ack) =>
      tagOf(header(ack, 'To')),
    );
    expect(tags.sort()).toEqual(['one', 'two']);
    const bye = await phone.request('BYE');
    expect(tagOf(header(bye, 'To'))).toBe('two');
    phone.reply(bye, 200, 'OK');
    const dialog = await call;
    expect(dialog.sip.remoteTag).toBe('one');
    expect(progress).toEqual(['one', 'two']);
    // Both answers again: what was acknowledged is acknowledged again, and nobody is hung up.
    phone.send(first);
    phone.send(second);
    expect(tagOf(header(await phone.request('ACK'), 'To'))).toBe('one');
    expect(network.server.stats().dialogs).toBe(1);
  });
});

describe('inside a dialog', () => {
  async function answeredCall(): Promise<{
    dialog: Dialog;
    invite: Awaited<ReturnType<SipPhone['request']>>;
    ok: ReturnType<SipPhone['reply']>;
  }> {
    const call = srf.createUAC(target(), { localSdp: SDP });
    const invite = await phone.request('INVITE');
    const ok = phone.reply(invite, 200, 'OK', { body: SDP });
    await phone.request('ACK');
    return { dialog: await call, invite, ok };
  }

  it('the application changes the session', async () => {
    const { dialog, invite } = await answeredCall();
    const modified = dialog.modify(SDP.replace('4000', '4002'));
    const reinvite = await phone.request('INVITE');
    expect(header(reinvite, 'Call-ID')).toBe(header(invite, 'Call-ID'));
    expect(reinvite.uri).toBe(target());
    phone.reply(reinvite, 200, 'OK', { body: SDP.replace('4000', '5002') });
    const ack = await phone.request('ACK');
    expect(header(ack, 'CSeq')).toBe(header(reinvite, 'CSeq')?.replace('INVITE', 'ACK'));
    expect(await modified).toContain('5002');
  });

  it.each(['INFO', 'BYE'])('%s is repeated with credentials in the same dialog', async (method) => {
    const call = srf.createUAC(target(), { localSdp: SDP, auth: { username: 'u', password: 'p' } });
    phone.reply(await phone.request('INVITE'), 200, 'OK', { body: SDP });
    const ack = await phone.request('ACK');
    const dialog = await call;
    const done = method === 'BYE' ? dialog.destroy() : dialog.request({ method });
    const first = await phone.request(method);
    phone.reply(first, 407, 'Proxy Authentication Required', {
      headers: { 'Proxy-Authenticate': 'Digest realm="r", nonce="n"' },
    });
    const second = await phone.request(method);
    expect(header(second, 'Proxy-Authorization')).toContain('username="u"');
    for (const name of ['Call-ID', 'From', 'To']) expect(header(second, name)).toBe(header(ack, name));
    expect(Number.parseInt(header(second, 'CSeq')!, 10)).toBe(
      Number.parseInt(header(first, 'CSeq')!, 10) + 1,
    );
    expect(second.uri).toBe(first.uri);
    phone.reply(second, 200, 'OK');
    if (method === 'INFO') await done;
    await expect.poll(() => network.server.stats().dialogs).toBe(method === 'BYE' ? 0 : 1);
  });

  it('the peer changes the session and moves to another address', async () => {
    const { dialog, invite, ok } = await answeredCall();
    dialog.on('modify', (_req: Message, res: { send(status: number, options: object): void }) =>
      res.send(200, { body: SDP }),
    );
    const other = await network.phone('1002');
    const reinvite = phone.inAnsweredDialog('INVITE', invite, ok, {
      body: SDP.replace('4000', '4004'),
      headers: { Contact: other.contact },
    });
    await phone.response(100);
    const accepted = await phone.response(200, 'INVITE');
    const acknowledged = once(dialog, 'ack');
    phone.inAnsweredDialog('ACK', reinvite, accepted, {
      headers: {
        From: header(reinvite, 'From')!,
        To: header(reinvite, 'To')!,
        CSeq: header(reinvite, 'CSeq')!.replace('INVITE', 'ACK'),
      },
    });
    await acknowledged;
    void dialog.request({ method: 'INFO' });
    expect((await other.request('INFO')).uri).toBe(parseNameAddr(other.contact)!.uri);
  });

  it('two INVITEs that cross: the peer gets 491', async () => {
    const { dialog, invite, ok } = await answeredCall();
    const modified = dialog.modify(SDP).catch((error: { status: number }) => error.status);
    const ours = await phone.request('INVITE');
    phone.inAnsweredDialog('INVITE', invite, ok, { body: SDP });
    await phone.response(491, 'INVITE');
    phone.reply(ours, 491, 'Request Pending');
    expect(await modified).toBe(491);
  });

  it('a request that was overtaken is refused', async () => {
    const { dialog, invite, ok } = await answeredCall();
    dialog.on('info', (_req: Message, res: { send(status: number): void }) => res.send(200));
    phone.inAnsweredDialog('INFO', invite, ok, { headers: { CSeq: '50 INFO' } });
    await phone.response(200, 'INFO');
    phone.inAnsweredDialog('INFO', invite, ok, { headers: { CSeq: '49 INFO' } });
    await phone.response(500, 'INFO');
  });

  it('the offer may come in the 200 and the answer in the ACK', async () => {
    const acknowledged = deferred<Message>();
    await network.application((app) => {
      app.invite(async (req, res) => {
        const dialog = await app.createUAS(req, res, { localSdp: SDP });
        dialog.on('ack', (ack: Message) => acknowledged.resolve(ack));
      });
    });
    const invite = phone.call('INVITE', 'sip:1001@ringback.local');
    const ok = await phone.response(200);
    phone.ack(invite, ok, { body: SDP.replace('4000', '4100') });
    expect((await acknowledged.promise).body).toContain('4100');
  });

  it('BYEs that cross are both answered', async () => {
    const { dialog, invite, ok } = await answeredCall();
    const destroyed = dialog.destroy();
    const theirs = await phone.request('BYE');
    phone.inAnsweredDialog('BYE', invite, ok);
    phone.reply(theirs, 200, 'OK');
    await phone.response(200, 'BYE');
    await destroyed;
    expect(network.server.stats().dialogs).toBe(0);
  });

  it('goes by the proxies that asked for it', async () => {
    const call = srf.createUAC('sip:1002@far.invalid', { localSdp: SDP, proxy: target() });
    const invite = await phone.request('INVITE');
    const proxy = `<${target()};lr>`;
    phone.reply(invite, 200, 'OK', {
      body: SDP,
      headers: { Contact: '<sip:1002@far.invalid>', 'Record-Route': proxy },
    });
    const ack = await phone.request('ACK');
    expect(ack.uri).toBe('sip:1002@far.invalid');
    expect(header(ack, 'Route')).toBe(proxy);
    void (await call).destroy();
    phone.reply(await phone.request('BYE'), 200, 'OK');
  });
});
