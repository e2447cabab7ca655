import { header } from '@ringback/sip';
import { callWithSipp, hasSipp, ManualClock, type SipPhone } from '@ringback/testing';
import { afterEach, describe, expect, it } from 'vitest';
import type { Limits } from '../src/limits.ts';
import { Network, SDP } from './network.ts';

let network: Network;
afterEach(() => network.close());

const dial = (phone: SipPhone) => phone.call('INVITE', 'sip:9196@ringback.local', { body: SDP });
const shed = () => network.server.stats().refused.overload;

/** An application that answers calls to `answered` and leaves all others waiting. */
async function slowApplication(limits: Partial<Limits>): Promise<void> {
  network = await Network.start({ limits });
  await network.application((srf) => {
    srf.invite((req, res) => {
      if (req.uri.includes('answered')) void srf.createUAS(req, res, { localSdp: SDP });
    });
    srf.options(() => undefined);
  });
}

describe('when an application lets too many requests wait', () => {
  it('new ones get 503 with Retry-After, and what is under way goes on', async () => {
    await slowApplication({ unanswered: 3 });
    const inCall = await network.phone('1001');
    const invite = inCall.call('INVITE', 'sip:answered@ringback.local', { body: SDP });
    const ok = await inCall.response(200);
    inCall.ack(invite, ok);
    const ringing = await network.phone('1002');
    const waiting = [dial(ringing), dial(ringing), dial(ringing)];
    for (const _ of waiting) await ringing.response(100);
    const late = await network.phone('1003');
    const refusedInvite = dial(late);
    const refusal = await late.response(503);
    expect(header(refusal, 'Retry-After')).toMatch(/^\d+$/);
    late.ackFailure(refusedInvite, refusal);
    late.call('OPTIONS', 'sip:ringback.local');
    await late.response(503, 'OPTIONS');
    expect(shed()).toBe(2);
    // CANCEL, and requests in the dialog that was there before.
    ringing.cancel(waiting[0]!);
    await ringing.response(200, 'CANCEL');
    await ringing.response(487, 'INVITE');
    inCall.inDialog('BYE', invite, ok);
    await inCall.response(200, 'BYE');
    late.call('INVITE', 'sip:answered@ringback.local', { body: SDP });
    await late.response(200);
    expect(shed()).toBe(2);
  });

  it('one that was shed stays shed when it comes again', async () => {
    await slowApplication({ unanswered: 1 });
    const ringing = await network.phone('1002');
    const waiting = dial(ringing);
    await ringing.response(100);
    const late = await network.phone('1003');
    const refusedInvite = dial(late);
    const first = await late.response(503);
    ringing.cancel(waiting);
    await ringing.response(487, 'INVITE');
    late.send(refusedInvite);
    expect(await late.response(503)).toEqual(first);
    dial(late);
    await late.response(100);
  });
});

describe('when the table of transactions is full', () => {
  it('calls can still be ended', async () => {
    network = await Network.start({ limits: { serverTransactions: 2 }, clock: new ManualClock() });
    await network.application((srf) => {
      srf.invite((req, res) => void srf.createUAS(req, res, { localSdp: SDP }));
    });
    const phone = await network.phone('1001');
    const calls = [dial(phone), dial(phone)];
    const answers = [await phone.response(200), await phone.response(200)];
    dial(phone);
    await phone.response(503);
    const [first, second] = calls.map(
      (invite) => answers.find((answer) => header(answer, 'Call-ID') === header(invite, 'Call-ID'))!,
    );
    phone.ack(calls[0]!, first!);
    phone.ack(calls[1]!, second!);
    phone.inDialog('BYE', calls[0]!, first!);
    await phone.response(200, 'BYE');
    expect(network.server.stats()).toMatchObject({ serverTransactions: 3, dialogs: 1 });
  });
});

describe.skipIf(!hasSipp)('five times the load (needs SIPp)', () => {
  it('is shed with 503 and Retry-After, and every call that was accepted works', async () => {
    const calls = 1500;
    let accepted = 0;
    network = await Network.start({ limits: { unanswered: 20 } });
    await network.application((srf) => {
      srf.invite((req, res) => {
        accepted += 1;
        // Twenty at a time, each for 100 ms: 200 calls a second is all this application can take.
        setTimeout(() => void srf.createUAS(req, res, { localSdp: SDP }), 100);
      });
    });
    const server = { host: '127.0.0.1', port: network.port('udp') };
    const report = await callWithSipp({
      server,
      scenario: 'overload',
      callsPerSecond: 1000,
      calls,
      timeoutSec: 90,
    });
    // Each call was answered and hung up, or refused with Retry-After: anything else SIPp counts as failed.
    expect(report).toMatchObject({ calls, succeeded: calls, failed: 0 });
    expect(accepted).toBeGreaterThan(20);
    expect(report.answerMs).toHaveLength(accepted);
    expect(report.refusalMs).toHaveLength(calls - accepted);
    expect(report.refusalMs.length).toBeGreaterThan(0);
    // An INVITE and a BYE of each accepted call may still be waiting for strays; of the others nothing is kept.
    expect(network.server.stats().serverTransactions).toBeLessThanOrEqual(2 * accepted);
    expect(network.server.stats().clientTransactions).toBe(0);
    await expect.poll(() => network.server.stats().dialogs).toBe(0);
  }, 120_000);
});
