import { header, type SipRequest } from '@ringback/sip';
import { ManualClock, type SipPhone } from '@ringback/testing';
import type { Dialog } from 'drachtio-srf';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../src/limits.ts';
import { Network, SDP } from './network.ts';

const LIMIT_MS = DEFAULT_LIMITS.ringingMs;
/** 64*T1 */
const NO_ANSWER_MS = 32_000;

let clock: ManualClock;
let network: Network;
let phone: SipPhone;
beforeEach(async () => {
  clock = new ManualClock();
  network = await Network.start({ clock });
  phone = await network.phone('1001');
});
afterEach(() => network.close());

const uri = () => phone.contact.slice(1, -1);

/** A call that rings at the phone, as far as the application has heard. */
async function ringing(): Promise<{ invite: SipRequest; answer: Promise<Dialog> }> {
  const srf = await network.application();
  let rings: () => void = () => undefined;
  const heard = new Promise<void>((resolve) => {
    rings = resolve;
  });
  const answer = srf.createUAC(uri(), { localSdp: SDP }, { cbProvisional: () => rings() });
  answer.catch(() => undefined);
  const invite = await phone.request('INVITE');
  phone.reply(invite, 180, 'Ringing');
  await heard;
  return { invite, answer };
}

describe('a phone that rings and rings', () => {
  it('is called off after three minutes, and its 487 is the answer', async () => {
    const { invite, answer } = await ringing();
    clock.advance(LIMIT_MS - 1);
    expect(phone.unread()).toEqual([]);
    clock.advance(1);
    const cancel = await phone.request('CANCEL');
    expect(header(cancel, 'Reason')).toContain('cause=408');
    phone.reply(cancel, 200, 'OK');
    phone.reply(invite, 487, 'Request Terminated');
    await expect(answer).rejects.toMatchObject({ status: 487 });
  });

  it('is answered with 408 when it says nothing to that either, and nothing is left of it', async () => {
    const { answer } = await ringing();
    clock.advance(LIMIT_MS);
    await phone.request('CANCEL');
    clock.advance(NO_ANSWER_MS);
    await expect(answer).rejects.toMatchObject({ status: 408 });
    expect(network.server.stats()).toMatchObject({ clientTransactions: 0, dialogs: 0 });
    expect(clock.pendingTimers).toBe(0);
  });

  it('may do so for as long as it says so every minute (RFC 3261 13.3.1.1)', async () => {
    const { invite, answer } = await ringing();
    for (let minute = 1; minute <= 10; minute++) {
      clock.advance(60_000);
      phone.reply(invite, 180, 'Ringing');
      await settled();
    }
    phone.reply(invite, 200, 'OK', { body: SDP });
    expect((await answer).connected).toBe(true);
    await phone.request('ACK');
    clock.advance(LIMIT_MS);
    expect(phone.unread()).toEqual([]);
  });

  it('that picks up as it is called off gets ACK and BYE', async () => {
    const { invite, answer } = await ringing();
    clock.advance(LIMIT_MS);
    phone.reply(await phone.request('CANCEL'), 200, 'OK');
    phone.reply(invite, 200, 'OK', { body: SDP });
    await answer;
    await phone.request('ACK');
    await phone.request('BYE');
  });
});

it('a re-INVITE that is only promised an answer ends, and the call goes on', async () => {
  const { invite, answer } = await ringing();
  phone.reply(invite, 200, 'OK', { body: SDP });
  const dialog = await answer;
  await phone.request('ACK');
  const changed = dialog.modify(SDP);
  changed.catch(() => undefined);
  phone.reply(await phone.request('INVITE'), 183, 'Session Progress');
  await settled();
  clock.advance(LIMIT_MS);
  await phone.request('CANCEL');
  clock.advance(NO_ANSWER_MS);
  await expect(changed).rejects.toMatchObject({ status: 408 });
  expect(network.server.stats().dialogs).toBe(1);
});

/** What the phone sent before this was handled. */
async function settled(): Promise<void> {
  phone.call('OPTIONS', 'sip:ringback.local');
  await phone.response(503, 'OPTIONS');
}
