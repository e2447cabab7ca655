import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { correlate, decodeMulaw, dominantFrequencyHz } from '@ringback/audio';
import { CALL_ID_HEADER, type VoiceCall } from '@ringback/contracts';
import type { RunningService } from '@ringback/runtime';
import { remoteAudio } from '@ringback/sdp';
import type { Dialog, Message } from 'drachtio-srf';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { RtpEar } from './rtp-ear.ts';
import { rtpPorts } from './rtp-ports.ts';
import { SipNetwork } from './sip-network.ts';

// Speech takes as long as it takes to say, and longer on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 });

let network: SipNetwork;
let voice: RunningService;
let ear: RtpEar;
const ports = rtpPorts();

beforeEach(async () => {
  network = await SipNetwork.start();
  ear = await RtpEar.open();
  voice = await network.startVoice({ RINGBACK_RTP_PORTS: `${ports.min}-${ports.max}` });
  await network.untilRegistered();
});
afterEach(async () => {
  await voice.close();
  ear.close();
  await network.close();
});

const order = (more: Partial<VoiceCall> = {}): VoiceCall => ({
  callId: randomUUID(),
  to: '1001',
  text: 'The quick brown fox jumps over the lazy dog.',
  voiceId: null,
  fromName: 'Ringback "Test" Ä',
  ...more,
});

/** Answers the next INVITE; `dialog` is there as soon as its ACK is. */
function answering(): Promise<{ req: Message; dialog: Dialog; ackedMs: number }> {
  return new Promise((resolve) => {
    network.onInvite = async (req, res, srf) => {
      const dialog = await srf.createUAS(req, res, { localSdp: ear.sdp() });
      resolve({ req, dialog, ackedMs: performance.now() });
    };
  });
}

/** Calls one of the voice's numbers. */
function dial(number: string, headers: Record<string, string> = {}): Promise<Dialog> {
  return network.srf.createUAC(network.contact, {
    localSdp: ear.sdp(),
    headers: { To: `<sip:${number}@ringback.local>`, From: '<sip:1001@ringback.local>', ...headers },
  });
}

const ended = (dialog: Dialog) => once(dialog, 'destroy');

describe('a call that speaks', () => {
  test('is heard word for word by whoever answers, and ends by itself', async () => {
    const call = order();
    const answered = answering();
    expect((await network.bus.request('voice.call', call)).worker).toMatch(/^voice-/);
    const { req, dialog } = await answered;
    expect(req.uri).toMatch(/^sip:1001@ringback\.local/);
    expect(req.get('From')).toMatch(/^"Ringback 'Test' Ä" <sip:voice@ringback\.local>/);
    expect(req.get(CALL_ID_HEADER)).toBe(call.callId);
    expect(remoteAudio(req.body)).toMatchObject({ address: '127.0.0.1', transport: 'RTP/AVP' });
    await ended(dialog);

    const speech = network.payloads('network.event').find((event) => event.type === 'speech.started');
    expect(speech).toMatchObject({ provider: 'builtin', cached: false });
    const spoken = await network.spoken(call.text);
    expect(correlate(decodeMulaw(spoken), ear.samples()).score).toBeGreaterThan(0.99);
    const { lag } = correlate(decodeMulaw(spoken), ear.samples());
    expect(ear.bytes().subarray(lag, lag + spoken.length)).toEqual(spoken);
    expect(network.speechOf(call.callId)).toEqual([
      'speech.started builtin',
      'speech.first-audio builtin',
      'speech.finished builtin',
    ]);
    expect(network.payloads('voice.failed')).toEqual([]);
    expect(ear.reports.some(({ kind }) => kind === 'sender-report')).toBe(true);
    expect(ear.heard[0]?.packet.marker).toBe(true);
  });

  test('speaks at once when the text is known already', async () => {
    await network.spoken(order().text);
    const answered = answering();
    const call = order();
    void network.bus.request('voice.call', call);
    const { dialog } = await answered;
    await ended(dialog);
    const spoken = await network.spoken(call.text);
    expect(correlate(decodeMulaw(spoken), ear.samples())).toMatchObject({ lag: 0 });
    expect(network.payloads('network.event')[0]).toMatchObject({ cached: true });
  });

  test('stops when the other side hangs up', async () => {
    const call = order({ text: 'One two three four five six seven eight nine ten. '.repeat(20) });
    const answered = answering();
    await network.bus.request('voice.call', call);
    const { dialog } = await answered;
    await ear.until(() => ear.heard.length > 5);
    await dialog.destroy();
    await ear.until(() => ear.reports.some(({ kind }) => kind === 'goodbye'));
    expect(network.speechOf(call.callId)).not.toContain('speech.finished builtin');
  });

  test('hung up on the bus while it rings, it sends CANCEL', async () => {
    const call = order();
    const ringing = new Promise<Message>((resolve) => {
      network.onInvite = (req, res) => {
        res.send(180, { headers: { Contact: '<sip:b2b@localhost>' } });
        resolve(req);
      };
    });
    await network.bus.request('voice.call', call);
    const canceled = once(await ringing, 'cancel');
    network.bus.publish('call.hangup', { callId: call.callId });
    await canceled;
    expect(network.payloads('voice.failed')).toEqual([]);
  });

  test('hung up on the bus at once, no phone rings on', async () => {
    const call = order();
    const canceled = new Promise<void>((resolve) => {
      network.onInvite = (req, res) => {
        req.on('cancel', () => resolve());
        res.send(180, { headers: { Contact: '<sip:b2b@localhost>' } });
      };
    });
    void network.bus.request('voice.call', call);
    await network.until(() => network.speechOf(call.callId).length > 0);
    network.bus.publish('call.hangup', { callId: call.callId });
    await Promise.race([canceled, network.until(() => network.payloads('voice.failed').length > 0)]);
  });

  test('hung up while the server asks for the password, no phone rings on', async () => {
    const call = order();
    network.onChallenge = () => network.bus.publish('call.hangup', { callId: call.callId });
    const canceled = new Promise<void>((resolve) => {
      network.onInvite = (req, res) => {
        req.on('cancel', () => resolve());
        res.send(180, { headers: { Contact: '<sip:b2b@localhost>' } });
      };
    });
    await network.bus.request('voice.call', call);
    await canceled;
  });

  test.each([486, 404, 603])('%i ends it without another word', async (sipStatus) => {
    const call = order();
    const rejected = new Promise<void>((resolve) => {
      network.onInvite = (_req, res) => {
        res.send(sipStatus);
        resolve();
      };
    });
    await network.bus.request('voice.call', call);
    await rejected;
    await voice.drain();
    expect(network.payloads('voice.failed')).toEqual([]);
    expect(network.server.stats().dialogs).toBe(0);
  });

  test('a text that cannot be spoken ends it, told with its problem', async () => {
    const call = order({ text: '...', voiceId: 'builtin-nobody' });
    const canceled = new Promise<void>((resolve) => {
      network.onInvite = (req, res) => {
        res.send(180, { headers: { Contact: '<sip:b2b@localhost>' } });
        req.on('cancel', () => resolve());
      };
    });
    await network.bus.request('voice.call', call);
    await Promise.race([canceled, network.until(() => network.payloads('voice.failed').length > 0)]);
    const failed = network.payloads('network.event').find((event) => event.type === 'speech.failed');
    expect(failed).toMatchObject({ callId: call.callId, problem: expect.stringContaining('builtin-nobody') });
  });

  test('20 at once are all heard to the end', async () => {
    const ears = await Promise.all(Array.from({ length: 20 }, () => RtpEar.open()));
    const free = [...ears];
    const dialogs: Promise<unknown>[] = [];
    const allAnswered = new Promise<void>((resolve) => {
      network.onInvite = async (req, res, srf) => {
        const own = free.pop();
        const dialog = await srf.createUAS(req, res, { localSdp: own?.sdp() ?? '' });
        dialogs.push(ended(dialog));
        if (dialogs.length === ears.length) resolve();
      };
    });
    await Promise.all(ears.map(() => network.bus.request('voice.call', order())));
    await allAnswered;
    await Promise.all(dialogs);
    const spoken = decodeMulaw(await network.spoken(order().text));
    for (const one of ears) {
      expect(correlate(spoken, one.samples()).score).toBeGreaterThan(0.99);
      one.close();
    }
  });
});

describe('the numbers of the voice', () => {
  test('9196 sends back what it hears, keys too', async () => {
    const dialog = await dial('9196');
    const { port } = remoteAudio(dialog.remote.sdp);
    expect(port).toBeGreaterThanOrEqual(ports.min);
    expect(port).toBeLessThan(ports.max);
    const sent = [
      ear.send(port, { marker: true }),
      ear.send(port),
      ear.send(port, { payloadType: 101, marker: true, payload: Uint8Array.of(1, 10, 0, 160) }),
      ear.send(port),
    ];
    await ear.until(() => ear.heard.length === sent.length);
    expect(ear.heard.map(({ packet }) => packet.payload)).toEqual(sent.map(({ payload }) => payload));
    await dialog.destroy();
    await ear.until(() => ear.reports.some(({ kind }) => kind === 'goodbye'));
  });

  test('9197 is a tone of 1004 Hz', async () => {
    const dialog = await dial('9197');
    await ear.until(() => ear.heard.length >= 50);
    expect(dominantFrequencyHz(ear.samples(), 8000)).toBeCloseTo(1004, 0);
    await dialog.destroy();
  });

  test('5000 welcomes and hangs up', async () => {
    const callId = randomUUID();
    const dialog = await dial('5000', { [CALL_ID_HEADER]: callId });
    await ended(dialog);
    expect(ear.heard.length).toBeGreaterThan(150);
    expect(network.speechOf(callId)).toEqual([
      'speech.started builtin',
      'speech.first-audio builtin',
      'speech.finished builtin',
    ]);
  });

  test.each([
    ['1001', 404],
    ['486', 404],
  ])('%s is none of them', async (number, status) => {
    await expect(dial(number)).rejects.toMatchObject({ status });
  });

  test('an offer without G.711 is answered 488', async () => {
    const offer = ear.sdp(['m=audio $ RTP/AVP 96', 'a=rtpmap:96 opus/48000/2']);
    await expect(
      network.srf.createUAC(network.contact, {
        localSdp: offer,
        headers: { To: '<sip:9196@ringback.local>' },
      }),
    ).rejects.toMatchObject({ status: 488 });
  });

  test('hold and resume by re-INVITE', async () => {
    const dialog = await dial('9197');
    await ear.until(() => ear.heard.length >= 5);
    const held = await dialog.modify(`${ear.sdp()}a=sendonly\r\n`);
    expect(held).toContain('a=recvonly');
    const before = ear.heard.length;
    await ear.until(() => ear.reports.length > 1);
    expect(ear.heard.length - before).toBeLessThan(5);
    await dialog.modify(ear.sdp());
    await ear.until(() => ear.heard.length > before + 10);
    await dialog.destroy();
  });
});
