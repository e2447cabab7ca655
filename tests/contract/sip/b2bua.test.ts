import { header, parseNameAddr, tagOf } from '@ringback/sip';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { arrange, connect, hangUpTogether } from './support/b2bua.ts';
import { bodyOf } from './support/calls.ts';
import { ANSWER, OFFER, sdp } from './support/sdp.ts';
import type { Dialog } from './support/srf.ts';
import { Testbed, uriOf } from './support/testbed.ts';

describe('createB2BUA, calls that are answered', () => {
  let bed: Testbed;
  beforeAll(async () => {
    bed = await Testbed.start();
  });
  afterEach(() => bed.clear());
  afterAll(() => bed?.close());

  it('connects caller and callee, with the sessions of each handed to the other', async () => {
    const { a, b, uas, uac } = await connect(bed);
    expect(bodyOf(b.invite)).toBe(OFFER);
    expect(bodyOf(a.ok)).toBe(ANSWER);
    expect(uas.other).toBe(uac);
    expect(uac.other).toBe(uas);
    expect(uas.type).toBe('uas');
    expect(uac.type).toBe('uac');
    expect(header(b.invite, 'Call-ID')).not.toBe(header(a.invite, 'Call-ID'));
    expect(tagOf(header(a.ok, 'To'))).toBe(uas.sip.localTag);
    expect(tagOf(header(b.invite, 'From'))).toBe(uac.sip.localTag);
  });

  it('hangs the callee up with the caller, and the other way round', async () => {
    for (const side of ['a', 'b'] as const) {
      const call = await connect(bed);
      hangUpTogether(call);
      const [first, second] = side === 'a' ? [call.a, call.b] : [call.b, call.a];
      first.ask('BYE');
      await first.phone.response(200, 'BYE');
      second.phone.reply(await second.phone.request('BYE'), 200, 'OK');
      bed.clear();
    }
  });

  it('passes ringing and early media on, then the answer', async () => {
    const provisional: number[] = [];
    const finalized: Dialog[] = [];
    const { caller, callee, outcome, call } = await arrange(
      bed,
      {},
      {
        cbProvisional: ({ status }) => provisional.push(status),
        cbFinalizedUac: (uac) => finalized.push(uac),
      },
    );
    const { invite, called } = await call();
    callee.reply(called, 180, 'Ringing Loudly');
    expect((await caller.response(180)).reason).toBe('Ringing Loudly');
    callee.reply(called, 183, 'Session Progress', { body: sdp(5200) });
    const progress = await caller.response(183);
    expect(bodyOf(progress)).toBe(sdp(5200));
    callee.reply(called, 200, 'OK', { body: sdp(5200) });
    await callee.request('ACK');
    const ok = await caller.response(200, 'INVITE');
    expect(header(ok, 'To')).toBe(header(progress, 'To'));
    caller.ack(invite, ok);
    expect(await outcome).toMatchObject({ uac: finalized[0] });
    expect(provisional[0]).toBe(180);
  });

  it('keeps provisional responses to itself when told so', async () => {
    const { caller, callee, outcome, call } = await arrange(bed, { passProvisionalResponses: false });
    const { invite, called } = await call();
    callee.reply(called, 180, 'Ringing');
    callee.reply(called, 200, 'OK', { body: ANSWER });
    caller.ack(invite, await caller.response(200, 'INVITE'));
    await outcome;
    expect(caller.unread()).toEqual(['SIP/2.0 100 Trying']);
  });

  it('takes the session of either side as text', async () => {
    const { a, b, uac, uas } = await connect(bed, { localSdpA: sdp(6100), localSdpB: sdp(6200) });
    expect(bodyOf(b.invite)).toBe(sdp(6200));
    expect(bodyOf(a.ok)).toBe(sdp(6100));
    expect(uas.local.sdp).toBe(sdp(6100));
    expect(uac.local.sdp).toBe(sdp(6200));
    expect(uac.remote.sdp).toBe(ANSWER);
  });

  it.each([
    ['a function', (text: string) => text.replace('5000', '6300')],
    ['a function of a promise', async (text: string) => text.replace('5000', '6300')],
  ])("takes the caller's session as %s of the callee's", async (_, localSdpA) => {
    const seen: string[] = [];
    const { a } = await connect(bed, {
      localSdpA: (text, res) => {
        seen.push(`${res.status} ${res.getParsedHeader('To').params.tag}`);
        return localSdpA(text);
      },
    });
    expect(bodyOf(a.ok)).toBe(ANSWER.replace('5000', '6300'));
    expect(seen).toEqual(['200 callee']);
  });

  it('makes From and To of the caller and the number that was dialled', async () => {
    const { call } = await arrange(bed);
    const { called } = await call({
      headers: { From: '"Ann Lee" <sip:ann@example.org>;tag=1', To: '<sip:bob@example.org>' },
    });
    const { host, port } = bed.address();
    expect(parseNameAddr(header(called, 'From')!)).toMatchObject({
      displayName: 'Ann Lee',
      uri: `sip:ann@${host}:${port}`,
    });
    expect(parseNameAddr(header(called, 'Contact')!)?.uri).toBe(`sip:ann@${host}:${port}`);
  });

  it('takes callingNumber and callingName, or a From as it is given', async () => {
    const named = await arrange(bed, { callingNumber: '900', callingName: 'Front Desk' });
    const { called } = await named.call();
    expect(header(called, 'From')).toMatch(/^"Front Desk" <sip:900@/);
    bed.clear();
    const own = await arrange(bed, { headers: { From: '<sip:x@example.org>' } });
    expect(header((await own.call()).called, 'From')).toMatch(/^<sip:x@example.org>;tag=/);
  });

  it('sends headers to the callee, and those of the caller that are named', async () => {
    const { call } = await arrange(bed, {
      headers: { 'X-Own': 'yes', 'User-Agent': 'b2b' },
      proxyRequestHeaders: ['subject', 'X-Color', 'X-Absent'],
    });
    const { called } = await call({ headers: { Subject: 'lunch', 'X-Color': 'green', 'X-Other': 'no' } });
    expect(header(called, 'X-Own')).toBe('yes');
    expect(header(called, 'User-Agent')).toBe('b2b');
    expect(header(called, 'Subject')).toBe('lunch');
    expect(header(called, 'X-Color')).toBe('green');
    expect(header(called, 'X-Other')).toBeUndefined();
  });

  it('sends all headers of the caller but those excepted', async () => {
    const { call } = await arrange(bed, { proxyRequestHeaders: ['all', '-X-Secret', '-Subject'] });
    const { invite, called } = await call({
      headers: { Subject: 'lunch', 'X-Color': 'green', 'X-Secret': 'no', 'User-Agent': 'phone/1' },
    });
    expect(header(called, 'X-Color')).toBe('green');
    expect(header(called, 'User-Agent')).toBe('phone/1');
    expect(header(called, 'X-Secret')).toBeUndefined();
    expect(header(called, 'Subject')).toBeUndefined();
    expect(header(called, 'Call-ID')).not.toBe(header(invite, 'Call-ID'));
    expect(called.headers.filter(({ name }) => name === 'Via')).toHaveLength(1);
  });

  it.each([
    ['an object', { 'X-Color': 'green', Contact: '<sip:b2b@localhost>' }],
    ['a function', () => ({ 'X-Color': 'green', Contact: '<sip:b2b@localhost>' })],
  ])(
    'answers the caller with response headers from %s, and those of the callee that are named',
    async (_, headers) => {
      const options = { responseHeaders: headers, proxyResponseHeaders: ['X-Room', 'subject'] };
      const { caller, callee, call } = await arrange(bed, options);
      const { called } = await call();
      const own = { 'X-Room': '7', Subject: 'lunch', 'X-Other': 'no' };
      callee.reply(called, 180, 'Ringing', { headers: own });
      callee.reply(called, 200, 'OK', { body: ANSWER, headers: own });
      for (const response of [await caller.response(180), await caller.response(200, 'INVITE')]) {
        expect(header(response, 'X-Color')).toBe('green');
        expect(header(response, 'Contact')).toBe(`<sip:b2b@127.0.0.1:${bed.address().port}>`);
        expect(header(response, 'X-Room')).toBe('7');
        expect(header(response, 'Subject')).toBe('lunch');
        expect(header(response, 'X-Other')).toBeUndefined();
      }
    },
  );

  it('calls by way of a proxy', async () => {
    const [caller, callee] = [await bed.phone('caller'), await bed.phone('callee')];
    await bed.application((srf) =>
      srf.invite((req, res) =>
        srf.createB2BUA(req, res, 'sip:bob@far.example.org', { proxy: uriOf(callee) }).catch(() => undefined),
      ),
    );
    caller.call('INVITE', bed.uri('service'), { body: OFFER });
    expect((await callee.request('INVITE')).uri).toBe('sip:bob@far.example.org');
  });

  it('answers a challenge of the callee', async () => {
    const { caller, callee, call } = await arrange(bed, { auth: { username: 'ann', password: 'x' } });
    const { called } = await call();
    callee.reply(called, 407, 'Proxy Authentication Required', {
      headers: { 'Proxy-Authenticate': 'Digest realm="r", nonce="n"' },
    });
    const second = await callee.request('INVITE');
    expect(header(second, 'Proxy-Authorization')).toContain('username="ann"');
    callee.reply(second, 200, 'OK', { body: ANSWER });
    expect(bodyOf(await caller.response(200, 'INVITE'))).toBe(ANSWER);
  });
});
