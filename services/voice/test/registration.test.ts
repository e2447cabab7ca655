import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { RunningService } from '@ringback/runtime';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { RtpEar } from './rtp-ear.ts';
import { SipNetwork } from './sip-network.ts';

// Speech takes as long as it takes to say, and longer on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 });

let network: SipNetwork;
let voice: RunningService | undefined;

beforeEach(async () => {
  network = await SipNetwork.start();
});
afterEach(async () => {
  await voice?.close();
  voice = undefined;
  await network.close();
});

const order = () => ({ callId: randomUUID(), to: '1001', text: 'Hello.', voiceId: null, fromName: 'Test' });

/** The states that the voice told of itself, repetitions left out. */
const states = () =>
  network
    .payloads('part.health')
    .filter(({ part }) => part === 'voice')
    .map(({ state }) => state)
    .filter((state, i, all) => state !== all[i - 1]);

describe('registration', () => {
  test('registers with the password it was issued, and unregisters at the end', async () => {
    voice = await network.startVoice();
    await network.untilRegistered();
    expect(network.contact).toMatch(/^sip:.*\.invalid;transport=ws/);
    await voice.close();
    voice = undefined;
    expect(network.contacts.size).toBe(0);
  });

  test('comes back by itself when the SIP server was restarted', async () => {
    voice = await network.startVoice();
    await network.untilRegistered();
    await network.stopServer();
    await network.until(() => states().at(-1) === 'down');
    await expect(network.bus.request('voice.call', order())).rejects.toMatchObject({ code: 'unavailable' });
    await network.startServer();
    await network.until(() => network.contacts.size === 1);
    await network.until(() => states().at(-1) === 'up');
    expect(states()).toEqual(['down', 'up', 'down', 'up']);
  });

  test('tells its health to who asks', async () => {
    voice = await network.startVoice();
    await network.untilRegistered();
    const told = network.payloads('part.health').length;
    network.bus.publish('health.asked', {});
    await network.until(() => network.payloads('part.health').length === told + 2);
  });

  test('starts before the SIP server does', async () => {
    await network.stopServer();
    voice = await network.startVoice();
    await network.startServer();
    await network.untilRegistered();
  });

  test('asks for a new password when the old one is refused', async () => {
    voice = await network.startVoice();
    await network.untilRegistered();
    network.passwords.clear();
    await network.bus.request('voice.call', order());
    await network.until(() => network.payloads('voice.failed').length > 0);
    expect(network.payloads('voice.failed')[0]?.end).toMatchObject({ by: 'network', sipStatus: 401 });
    await network.until(() => network.passwords.size > 0 && network.registrations > 1);
  });

  test('a call that rings when the connection breaks is over, and others are asked to end it', async () => {
    voice = await network.startVoice();
    await network.untilRegistered();
    const ringing = new Promise<void>((resolve) => {
      network.onInvite = (_req, res) => {
        res.send(180, { headers: { Contact: '<sip:b2b@localhost>' } });
        resolve();
      };
    });
    const call = order();
    await network.bus.request('voice.call', call);
    await ringing;
    await network.stopServer();
    await network.until(() => network.payloads('call.hangup').length > 0);
    expect(network.payloads('call.hangup')).toEqual([{ callId: call.callId }]);
    expect(network.payloads('voice.failed')[0]).toMatchObject({
      callId: call.callId,
      end: { by: 'network', sipStatus: 503 },
    });
  });
});

describe('the end of the service', () => {
  test('draining takes no more calls, from either side', async () => {
    voice = await network.startVoice();
    await network.untilRegistered();
    await voice.drain();
    await expect(network.bus.request('voice.call', order())).rejects.toMatchObject({ code: 'unavailable' });
    const ear = await RtpEar.open();
    await expect(
      network.srf.createUAC(network.contact, {
        localSdp: ear.sdp(),
        headers: { To: '<sip:9196@ringback.local>' },
      }),
    ).rejects.toMatchObject({ status: 503 });
    ear.close();
  });

  test('a call that is up is spoken to its end while draining', async () => {
    voice = await network.startVoice();
    await network.untilRegistered();
    const ear = await RtpEar.open();
    const answered = new Promise<Promise<unknown>>((resolve) => {
      network.onInvite = async (req, res, srf) => {
        const dialog = await srf.createUAS(req, res, { localSdp: ear.sdp() });
        resolve(once(dialog, 'destroy'));
      };
    });
    const call = order();
    await network.bus.request('voice.call', call);
    const ended = await Promise.all([answered, ear.until(() => ear.heard.length > 0)]);
    await voice.drain();
    await Promise.all(ended);
    expect(network.speechOf(call.callId).at(-1)).toBe('speech.finished builtin');
    ear.close();
  });

  test('an echo that goes on is hung up when the draining takes too long', async () => {
    voice = await network.startVoice();
    await network.untilRegistered();
    const ear = await RtpEar.open();
    const dialog = await network.srf.createUAC(network.contact, {
      localSdp: ear.sdp(),
      headers: { To: '<sip:9196@ringback.local>' },
    });
    const ended = once(dialog, 'destroy');
    await voice.drain();
    await ended;
    ear.close();
  });
});
