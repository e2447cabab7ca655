import { once } from 'node:events';
import { createRequire } from 'node:module';
import { PCMU, remoteAudio } from '@ringback/sdp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ENGINES, type RunningEngine } from './media-engine.ts';
import type { NgReplyBody } from './ng-client.ts';
import { PlainPhone } from './plain-phone.ts';

// The unmodified clients. They bring no types.
type Send = (...args: unknown[]) => Promise<NgReplyBody>;
type RawClient = NodeJS.EventEmitter & { close(): void; socket: NodeJS.EventEmitter } & Record<string, Send>;
type ClientClass = new (options: object) => RawClient;
const { Client, TcpClient, WsClient } = createRequire(import.meta.url)('rtpengine-client') as {
  Client: ClientClass;
  TcpClient: ClientClass;
  WsClient: ClientClass;
};

type Transport = {
  name: string;
  connect(server: RunningEngine): Promise<RawClient>;
  /** What stands before the options of a command. */
  before(server: RunningEngine): unknown[];
  close(client: RawClient): void;
};

const TIMEOUT = { timeout: 5000 };

const TRANSPORTS: Transport[] = [
  {
    name: 'UDP',
    connect: async () => ready(new Client(TIMEOUT), 'listening'),
    before: ({ ngPort }) => [ngPort, '127.0.0.1'],
    close: (client) => client.close(),
  },
  {
    name: 'TCP',
    connect: async ({ ngTcpPort }) =>
      ready(new TcpClient({ ...TIMEOUT, hostport: `127.0.0.1:${ngTcpPort}` }), 'listening'),
    before: () => [],
    close: (client) => client.close(),
  },
  {
    name: 'WebSocket',
    connect: async ({ httpPort }) =>
      ready(new WsClient({ ...TIMEOUT, url: `ws://127.0.0.1:${httpPort}` }), 'listening'),
    before: () => [],
    close: (client) => {
      // It would connect again, for ever.
      client.socket.removeAllListeners('close');
      client.close();
    },
  },
];

async function ready(client: RawClient, event: string): Promise<RawClient> {
  await once(client, event);
  return client;
}

describe.each(ENGINES)('rtpengine-client with $name', (engine) => {
  let server: RunningEngine;
  let calls = 0;

  beforeAll(async () => {
    server = await engine.start();
    // The TCP client tells the console of every reply.
    vi.spyOn(console, 'log').mockImplementation(() => undefined);
  });
  afterAll(async () => {
    vi.restoreAllMocks();
    await server?.stop();
  });

  describe.each(TRANSPORTS)('over $name', ({ name, connect, before, close }) => {
    let client: RawClient;
    const send = (command: string, options: object = {}): Promise<NgReplyBody> =>
      (client[command] as Send).call(client, ...before(server), options);

    beforeAll(async () => {
      client = await connect(server);
    });
    afterAll(() => close(client));

    it('a call is offered, answered, asked about and ended', async () => {
      const call = { 'call-id': `${name}-${++calls}`, 'from-tag': 'a' };
      const [alice, bob] = [await PlainPhone.open(), await PlainPhone.open()];
      expect(await send('ping')).toEqual({ result: 'pong' });
      const offered = await send('offer', { ...call, ICE: 'remove', sdp: alice.describe() });
      expect(remoteAudio(offered.sdp).codec.name).toBe(PCMU.name);
      const answered = await send('answer', { ...call, 'to-tag': 'b', ICE: 'remove', sdp: bob.describe() });
      alice.connect(answered.sdp);
      bob.connect(offered.sdp);
      expect((await send('list')).calls).toContain(call['call-id']);
      const { tags } = await send('query', { 'call-id': call['call-id'] });
      expect(Object.keys(tags).sort()).toEqual(['a', 'b']);
      const { statistics } = await send('statistics');
      expect(statistics.currentstatistics.sessionstotal).toBeGreaterThan(0);
      expect(Number(statistics.totalstatistics.uptime)).toBeGreaterThanOrEqual(0);
      expect(statistics.controlstatistics.totaloffercount).toBeGreaterThan(0);
      expect(await send('delete', call)).toMatchObject({ result: 'ok', totals: { RTP: { packets: 0 } } });
      expect(await send('query', call)).toEqual({ result: 'error', 'error-reason': 'Unknown call-id' });
      alice.hangUp();
      bob.hangUp();
    });

    it('who was given a name is found by it', async () => {
      const call = { 'call-id': `${name}-${++calls}` };
      const phone = await PlainPhone.open();
      const offer = { ...call, 'from-tag': 'a', ICE: 'remove', sdp: phone.describe() };
      await send('offer', { ...offer, label: 'caller' });
      expect(await send('blockMedia', { ...call, label: 'caller' })).toEqual({ result: 'ok' });
      expect(await send('unblockMedia', { ...call, 'from-tag': 'a', 'set-label': 'one' })).toEqual({
        result: 'ok',
      });
      expect(await send('blockDTMF', { ...call, label: 'one' })).toEqual({ result: 'ok' });
      expect(await send('blockDTMF', { ...call, label: 'two' })).toEqual({
        result: 'error',
        'error-reason': 'No monologue matching the given label',
      });
      await send('delete', call);
      phone.hangUp();
    });

    it('what cannot be done is said in the same words', async () => {
      const unknown = { 'call-id': 'nobody', 'from-tag': 'a' };
      const reason = async (command: string, options: object) =>
        (await send(command, options))['error-reason'] as unknown;
      expect(await reason('offer', unknown)).toBe('No SDP body in message');
      expect(await reason('answer', { ...unknown, sdp: 'v=0' })).toBe('No to-tag in message');
      expect(await reason('playMedia', { ...unknown, file: 'x' })).toBe('Unknown call-ID');
      expect(await reason('blockMedia', unknown)).toBe('Unknown call-ID');
      expect(await reason('silenceMedia', unknown)).toBe('Unknown call-ID');
      expect(await reason('unblockDTMF', unknown)).toBe('Unknown call-ID');
      expect(await reason('startRecording', {})).toBe('No call-id in message');
      expect(await reason('startRecording', unknown)).toBe('Unknown call-id');
      expect(await reason('list', { limit: -1 })).toBe('invalid limit, must be >= 0');
      expect(await send('delete', unknown)).toEqual({
        result: 'ok',
        warning: "Call-ID not found or tags didn't match",
      });
      expect(await reason('delete', { ...unknown, flags: ['fatal'] })).toBe(
        "Call-ID not found or tags didn't match",
      );
    });
  });
});
