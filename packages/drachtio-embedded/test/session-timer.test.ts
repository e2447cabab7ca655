import { header, type SipRequest, type SipResponse } from '@ringback/sip';
import { ManualClock, type SipPhone } from '@ringback/testing';
import type { CallOptions, Dialog } from 'drachtio-srf';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deferred, Network, SDP } from './network.ts';

/** Time stands still, so that nothing is repeated, until a test lets it pass. */
let clock: ManualClock;
let network: Network;
beforeEach(async () => {
  clock = new ManualClock(Date.now());
  network = await Network.start({ clock });
});
afterEach(() => network.close());

const seconds = (count: number) => clock.advance(count * 1000);
const text = ({ body }: { body: Uint8Array }) => new TextDecoder().decode(body);

/** What an application sees of its dialog. */
interface Seen {
  events: string[];
  destroyed: Promise<string>;
  dialog: Promise<Dialog>;
}

function watch(dialog: Promise<Dialog>): Seen {
  const events: string[] = [];
  const destroyed = deferred<string>();
  void dialog.then((made) => {
    for (const event of ['refresh', 'ack']) made.on(event, () => events.push(event));
    made.on('destroy', (_bye: unknown, reason: string) => destroyed.resolve(reason));
  });
  return { events, destroyed: destroyed.promise, dialog };
}

interface Call {
  phone: SipPhone;
  invite: SipRequest;
  ok: SipResponse;
  seen: Seen;
}

/** A phone calls an application, which answers with these options. */
async function called(headers: Record<string, string>, options: CallOptions = {}): Promise<Call> {
  const dialog = deferred<Dialog>();
  await network.application((srf) => {
    srf.invite((req, res) => {
      void srf.createUAS(req, res, { localSdp: SDP, ...options }).then(dialog.resolve);
    });
  });
  const seen = watch(dialog.promise);
  const phone = await network.phone('1001');
  const invite = phone.call('INVITE', 'sip:9196@ringback.local', { body: SDP, headers });
  const ok = await phone.response(200);
  phone.ack(invite, ok);
  await dialog.promise;
  // The ACK has arrived once a later request is answered.
  phone.inDialog('INFO', invite, ok);
  await phone.response(200, 'INFO');
  return { phone, invite, ok, seen };
}

const CHANGED = SDP.replace('o=- 1 1', 'o=- 1 2');
const WE_REFRESH = { headers: { 'Session-Expires': '90;refresher=uas' } };
const TIMED = { Supported: 'timer' };

describe('a dialog that the server refreshes', () => {
  it('gets an INVITE with the last description, and the application sees nothing', async () => {
    const { phone, ok, seen, invite } = await called(TIMED, WE_REFRESH);
    expect(header(ok, 'Session-Expires')).toBe('90;refresher=uas');
    for (let round = 0; round < 3; round++) {
      seconds(50);
      const refresh = await phone.request('INVITE');
      expect(text(refresh)).toBe(SDP);
      expect(header(refresh, 'Session-Expires')).toBe('90;refresher=uac');
      expect(header(refresh, 'Min-SE')).toBe('90');
      expect(header(refresh, 'Contact')).toContain('sip:');
      phone.reply(refresh, 200, 'OK', { body: SDP, headers: { 'Session-Expires': '90;refresher=uac' } });
      await phone.request('ACK');
    }
    phone.inDialog('BYE', invite, ok);
    await phone.response(200, 'BYE');
    expect(await seen.destroyed).toBe('normal release');
    expect(seen.events).toEqual(['ack']);
  });

  it('made by the application is refreshed as its peer asks', async () => {
    const srf = await network.application();
    const phone = await network.phone('1002');
    const call = srf.createUAC(phone.contact.slice(1, -1), {
      localSdp: SDP,
      headers: { 'Session-Expires': '1800', Supported: 'timer' },
    });
    const invite = await phone.request('INVITE');
    expect(header(invite, 'Session-Expires')).toBe('1800');
    phone.reply(invite, 200, 'OK', { body: SDP, headers: { 'Session-Expires': '600', Require: 'timer' } });
    await phone.request('ACK');
    const seen = watch(call);
    await call;
    seconds(306);
    const refresh = await phone.request('INVITE');
    expect(text(refresh)).toBe(SDP);
    expect(header(refresh, 'Session-Expires')).toBe('600;refresher=uac');
    const ok = phone.reply(refresh, 200, 'OK', { body: SDP });
    const ack = await phone.request('ACK');
    // The same 200 again brings the same ACK again.
    phone.send(ok);
    expect(await phone.request('ACK')).toEqual(ack);
    expect(seen.events).toEqual([]);
  });

  it('tries again after 491, asks for what 422 wants, and ends when the peer knows it no more', async () => {
    const { phone, seen } = await called(TIMED, WE_REFRESH);
    seconds(50);
    phone.reply(await phone.request('INVITE'), 491, 'Request Pending');
    await phone.request('ACK');
    seconds(5);
    phone.reply(await phone.request('INVITE'), 422, 'Session Interval Too Small', {
      headers: { 'Min-SE': '120' },
    });
    await phone.request('ACK');
    const longer = await phone.request('INVITE');
    expect(header(longer, 'Session-Expires')).toBe('120;refresher=uac');
    phone.reply(longer, 481, 'Call/Transaction Does Not Exist');
    await phone.request('ACK');
    const bye = await phone.request('BYE');
    expect(header(bye, 'Reason')).toContain('Session timer expired');
    expect(await seen.destroyed).toBe('Session timer expired');
    expect(network.server.stats().dialogs).toBe(0);
  });

  it('ends when the peer does not answer at all', async () => {
    const { phone, seen } = await called(TIMED, WE_REFRESH);
    seconds(50);
    await phone.request('INVITE');
    // 64*T1, which is before the session itself would be over.
    seconds(32);
    await phone.request('BYE');
    expect(await seen.destroyed).toBe('Session timer expired');
  });

  it('goes on when the application changes the session, with the new description', async () => {
    const { phone, seen } = await called(TIMED, WE_REFRESH);
    const modified = (await seen.dialog).modify(CHANGED);
    const reinvite = await phone.request('INVITE');
    expect(header(reinvite, 'Session-Expires')).toBe('90;refresher=uac');
    phone.reply(reinvite, 200, 'OK', { body: SDP, headers: { 'Session-Expires': '90;refresher=uac' } });
    await phone.request('ACK');
    await modified;
    seconds(50);
    expect(text(await phone.request('INVITE'))).toBe(CHANGED);
  });

  it('keeps an INVITE of the application waiting, instead of refusing it, while a refresh is open', async () => {
    const { phone, seen } = await called(TIMED, WE_REFRESH);
    seconds(50);
    const refresh = await phone.request('INVITE');
    const modified = (await seen.dialog).modify(SDP);
    phone.reply(refresh, 200, 'OK', { body: SDP, headers: { 'Session-Expires': '90;refresher=uac' } });
    await phone.request('ACK');
    phone.reply(await phone.request('INVITE'), 200, 'OK', { body: SDP });
    await phone.request('ACK');
    await modified;
  });

  it('leaves the session alone while the peer has an INVITE open', async () => {
    const answer = deferred<() => void>();
    const { phone, invite, ok, seen } = await called(TIMED, WE_REFRESH);
    (await seen.dialog).on('modify', (_req, res) => answer.resolve(() => res.send(200, { body: CHANGED })));
    phone.inDialog('INVITE', invite, ok, { body: CHANGED });
    const send = await answer.promise;
    seconds(60);
    expect(phone.unread().filter((line) => line.startsWith('INVITE'))).toEqual([]);
    send();
    const again = await phone.response(200, 'INVITE');
    expect(header(again, 'Session-Expires')).toBe('90;refresher=uas');
  });
});

describe('a dialog that the peer refreshes', () => {
  const THEY_REFRESH = { Supported: 'timer', 'Session-Expires': '120;refresher=uac' };

  it.each(['INVITE', 'UPDATE'])('lasts as long as %ss come', async (method) => {
    const { phone, invite, ok, seen } = await called(THEY_REFRESH);
    expect(header(ok, 'Session-Expires')).toBe('120;refresher=uac');
    expect(header(ok, 'Require')).toBe('timer');
    seconds(100);
    const body = method === 'INVITE' ? { body: SDP } : {};
    const refresh = phone.inDialog(method, invite, ok, { headers: THEY_REFRESH, ...body });
    const answer = await phone.response(200, method);
    expect(header(answer, 'Session-Expires')).toBe('120;refresher=uac');
    if (method === 'INVITE') phone.ack(refresh, answer);
    phone.inDialog('INFO', invite, ok);
    await phone.response(200, 'INFO');
    seconds(119);
    expect(phone.unread().filter((line) => line.startsWith('BYE'))).toEqual([]);
    seconds(2);
    const bye = await phone.request('BYE');
    expect(header(bye, 'Reason')).toContain('Session timer expired');
    expect(await seen.destroyed).toBe('Session timer expired');
    expect(network.server.stats().dialogs).toBe(0);
  });

  it('has no timer when the caller leaves open who refreshes', async () => {
    const { ok } = await called({ Supported: 'timer', 'Session-Expires': '120' });
    expect(header(ok, 'Session-Expires')).toBeUndefined();
  });
});

it('the refresher that a caller leaves open is the one that was configured', async () => {
  await network.close();
  network = await Network.start({ clock, defaultRefresher: 'uas' });
  const { phone, ok } = await called({ Supported: 'timer', 'Session-Expires': '120' });
  expect(header(ok, 'Session-Expires')).toBe('120;refresher=uas');
  seconds(66);
  await phone.request('INVITE');
});

it('a session that wants to be refreshed too often gets 422, and no application hears of it', async () => {
  let heard = 0;
  await network.application((srf) => srf.invite(() => heard++));
  const phone = await network.phone('1001');
  const headers = { Supported: 'timer', 'Session-Expires': '30' };
  phone.call('INVITE', 'sip:9196@ringback.local', { body: SDP, headers });
  expect(header(await phone.response(422), 'Min-SE')).toBe('90');
  expect(heard).toBe(0);
});

it('an INVITE that requires a session timer is taken', async () => {
  const { ok } = await called({ Require: 'timer', 'Session-Expires': '120;refresher=uas' });
  expect(header(ok, 'Session-Expires')).toBe('120;refresher=uas');
});
