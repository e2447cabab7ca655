import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { CallPage, CallRecord, Why } from '@ringback/contracts';
import { header, type SipRequest } from '@ringback/sip';
import { type ElevenLabsServer, type MessageParts, startElevenLabsServer } from '@ringback/testing';
import { healthy, type Network, settings, startNetwork } from './network.ts';
import { type OwnEngine, startOwnEngine } from './own-engine.ts';
import { type OwnSipServer, startOwnSipServer } from './own-sip-server.ts';
import { type ScriptedAccount, ScriptedPhone } from './scripted-phone.ts';

/** No shorter one is told from a call that was lost. */
const MEDIA_TIMEOUT_SEC = 8;
/** One for each phone: a number with two phones would ring both. */
const MOST_PHONES = 80;
const NUMBERS = Array.from({ length: MOST_PHONES }, (_, index) => String(1001 + index));
/** A subscriber that never has a phone. */
export const PHONELESS = '1999';

interface Parts {
  readonly engine: OwnEngine;
  readonly elevenLabs: ElevenLabsServer;
  readonly sipServer: OwnSipServer | undefined;
}

/** A network whose parts can be made to fail, and phones that do what they are told. */
export class WhyNetwork {
  readonly engine: OwnEngine;
  readonly elevenLabs: ElevenLabsServer;
  readonly sipServer: OwnSipServer | undefined;
  /** What the page of each call has told, by its id. */
  readonly told = new Map<string, Why>();
  readonly #env: Record<string, string>;
  readonly #phones: ScriptedPhone[] = [];
  #network: Network;
  #taken = 0;

  private constructor(network: Network, parts: Parts, env: Record<string, string>) {
    this.#network = network;
    this.engine = parts.engine;
    this.elevenLabs = parts.elevenLabs;
    this.sipServer = parts.sipServer;
    this.#env = env;
  }

  /** With so many numbers for phones, and when told so with a SIP server that can be killed. */
  static async start({ phones = MOST_PHONES, ownSipServer = false } = {}): Promise<WhyNetwork> {
    const own = await settings();
    const [engine, elevenLabs, sipServer] = await Promise.all([
      startOwnEngine(MEDIA_TIMEOUT_SEC),
      startElevenLabsServer({}),
      ownSipServer ? startOwnSipServer(own) : undefined,
    ]);
    const parts = { engine, elevenLabs, sipServer };
    const env = {
      ...own,
      RTPENGINE_URL: engine.url,
      ...(sipServer && { DRACHTIO_URL: sipServer.url }),
      ELEVENLABS_API_KEY: elevenLabs.apiKey,
      ELEVENLABS_BASE_URL: elevenLabs.baseUrl,
      RINGBACK_SUBSCRIBERS: [...NUMBERS.slice(0, phones), PHONELESS]
        .map((number) => `${number}:pass-${number}:P${number}`)
        .join(','),
    };
    try {
      const network = await startNetwork(env);
      await healthy(network);
      return new WhyNetwork(network, parts, env);
    } catch (error) {
      await stopAll(parts);
      throw error;
    }
  }

  get network(): Network {
    return this.#network;
  }

  /** The next number that no phone has had. */
  #number(): string {
    const number = NUMBERS[this.#taken];
    if (number === undefined) throw new Error('too few numbers');
    this.#taken += 1;
    return number;
  }

  /** A phone with a number of its own, registered unless it has its password wrong. */
  async phone(change: Partial<ScriptedAccount> & { transport?: 'udp' | 'tcp' } = {}) {
    const { transport = 'udp', password, ...account } = change;
    const number = this.#number();
    const own = { number, password: password ?? `pass-${number}`, ...account };
    const phone = await ScriptedPhone.open(this.#network, own, transport);
    this.#phones.push(phone);
    if (password === undefined && account.realm === undefined) await phone.register();
    return { phone, number };
  }

  /** A call of two phones that is up, and in which nobody talks yet. */
  async connected(parts: MessageParts = {}, account: { transport?: 'udp' | 'tcp' } = {}) {
    const { caller, callee, invite, received } = await this.ringing(parts, account);
    callee.sip.reply(received, 200, 'OK', { body: callee.sdp() });
    await callee.sip.request('ACK');
    return { caller, callee, invite, received, ok: await caller.outcome(invite, 200) };
  }

  /** A call of two phones that both talk, and that is on record. */
  async talking(parts: MessageParts = {}, account: { transport?: 'udp' | 'tcp' } = {}) {
    const call = await this.connected(parts, account);
    call.callee.talk(call.received);
    call.caller.talk(call.ok);
    for (const { sip } of [call.caller, call.callee])
      sip.request('BYE', 120_000).then(
        (bye) => sip.reply(bye, 200, 'OK'),
        () => undefined,
      );
    await this.#record((record) => hasLeg(record, call.invite) && record.status === 'in-progress');
    return call;
  }

  /** A call that rings: how it was begun, and what the called phone has got. */
  async ringing(parts: MessageParts = {}, account: { transport?: 'udp' | 'tcp' } = {}) {
    const [caller, callee] = await Promise.all([this.phone(), this.phone(account)]);
    const invite = await caller.phone.invite(callee.number, parts);
    const received = await callee.phone.sip.request('INVITE');
    return { caller: caller.phone, callee: callee.phone, invite, received };
  }

  /** Why the call that this INVITE began has ended. */
  async whyOf(invite: SipRequest, timeoutMs?: number): Promise<Why> {
    return this.whyOfThat((record) => hasLeg(record, invite), timeoutMs);
  }

  /** Why that call has ended, which may still have to come. */
  async whyOfThat(isIt: (call: CallRecord) => boolean, timeoutMs?: number): Promise<Why> {
    return this.why((await this.#record(isIt)).id, timeoutMs);
  }

  async #record(isIt: (call: CallRecord) => boolean): Promise<CallRecord> {
    const deadline = Date.now() + 20_000;
    for (;;) {
      const found = (await this.records()).find(isIt);
      if (found) return found;
      if (Date.now() > deadline) throw new Error('no record of the call');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  async why(id: string, timeoutMs = 75_000): Promise<Why> {
    const { why } = await this.#network.call(id, ({ end, why }) => end !== null && why != null, timeoutMs);
    if (!why) throw new Error('an ended call without an explanation');
    this.told.set(id, why);
    return why;
  }

  /** The newest calls, as a list shows them. */
  async records(): Promise<CallPage['calls']> {
    return (await this.#network.api<CallPage>('/api/calls?limit=200')).body.calls;
  }

  /** While this lasts, no port is left for a voice. */
  async withoutPorts<T>(during: () => Promise<T>): Promise<T> {
    const [min = 0, max = 0] = (this.#env.RINGBACK_RTP_PORTS ?? '').split('-').map(Number);
    const sockets = Array.from({ length: max - min + 1 }, (_, index) =>
      createSocket('udp4').bind(min + index, '127.0.0.1'),
    );
    await Promise.all(sockets.map((socket) => once(socket, 'listening')));
    try {
      return await during();
    } finally {
      for (const socket of sockets) socket.close();
    }
  }

  /** Ends the network by that signal, and starts it again on what it has kept. */
  async again(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const [process] = this.#network.processes;
    process?.child.kill(signal);
    await process?.ended();
    this.#network = await startNetwork(this.#env);
    await healthy(this.#network);
  }

  async stop(): Promise<void> {
    for (const phone of this.#phones) phone.close();
    await this.#network.stop();
    await stopAll(this);
  }
}

function hasLeg({ legs = [] }: CallRecord, invite: SipRequest): boolean {
  const sipCallId = header(invite, 'Call-ID');
  return legs.some((leg) => leg.sipCallId === sipCallId);
}

async function stopAll({ engine, elevenLabs, sipServer }: Parts): Promise<void> {
  await Promise.all([engine.stop(), elevenLabs.close(), sipServer?.stop()]);
}
