import type { CallDetail, CallPage, Why } from '@ringback/contracts';
import { header, type SipRequest } from '@ringback/sip';
import { type ElevenLabsServer, type MessageParts, startElevenLabsServer } from '@ringback/testing';
import { type Network, settings, startNetwork } from './network.ts';
import { type OwnEngine, startOwnEngine } from './own-engine.ts';
import { ScriptedPhone } from './scripted-phone.ts';

/** No shorter one is told from a call that was lost. */
const MEDIA_TIMEOUT_SEC = 8;
/** One for each phone: a number with two phones would ring both. */
const NUMBERS = Array.from({ length: 100 }, (_, index) => String(1001 + index));
/** A subscriber that never has a phone. */
export const PHONELESS = '1999';

/** A network whose parts can be made to fail, and phones that do what they are told. */
export class WhyNetwork {
  readonly engine: OwnEngine;
  readonly elevenLabs: ElevenLabsServer;
  readonly #env: Record<string, string>;
  readonly #phones: ScriptedPhone[] = [];
  #network: Network;
  #taken = 0;

  private constructor(
    network: Network,
    engine: OwnEngine,
    elevenLabs: ElevenLabsServer,
    env: Record<string, string>,
  ) {
    this.#network = network;
    this.engine = engine;
    this.elevenLabs = elevenLabs;
    this.#env = env;
  }

  static async start(): Promise<WhyNetwork> {
    const [engine, elevenLabs] = await Promise.all([
      startOwnEngine(MEDIA_TIMEOUT_SEC),
      startElevenLabsServer({}),
    ]);
    const env = {
      ...(await settings()),
      RTPENGINE_URL: engine.url,
      ELEVENLABS_API_KEY: elevenLabs.apiKey,
      ELEVENLABS_BASE_URL: elevenLabs.baseUrl,
      RINGBACK_SUBSCRIBERS: [...NUMBERS, PHONELESS]
        .map((number) => `${number}:pass-${number}:P${number}`)
        .join(','),
    };
    try {
      return new WhyNetwork(await startNetwork(env), engine, elevenLabs, env);
    } catch (error) {
      await Promise.all([engine.stop(), elevenLabs.close()]);
      throw error;
    }
  }

  get network(): Network {
    return this.#network;
  }

  /** The next number that no phone has had. */
  number(): string {
    const number = NUMBERS[this.#taken];
    if (number === undefined) throw new Error('too few numbers');
    this.#taken += 1;
    return number;
  }

  /** A phone with a number of its own, registered unless it has its password wrong. */
  async phone(change: { transport?: 'udp' | 'tcp'; password?: string; realm?: string } = {}) {
    const { transport = 'udp', password, ...account } = change;
    const number = this.number();
    const own = { number, password: password ?? `pass-${number}`, ...account };
    const phone = await ScriptedPhone.open(this.#network, own, transport);
    this.#phones.push(phone);
    if (password === undefined && account.realm === undefined) await phone.register();
    return { phone, number };
  }

  /** A call of two phones that both talk. */
  async talking(parts: MessageParts = {}, transport: 'udp' | 'tcp' = 'udp') {
    const [caller, callee] = await Promise.all([this.phone(), this.phone({ transport })]);
    const invite = await caller.phone.invite(callee.number, parts);
    const { invite: received } = await callee.phone.answer();
    const ok = await caller.phone.outcome(invite, 200);
    callee.phone.talk(received);
    caller.phone.talk(ok);
    return { caller: caller.phone, callee: callee.phone, invite };
  }

  /** Why the call that this INVITE began has ended. */
  async whyOf(invite: SipRequest, timeoutMs?: number): Promise<Why> {
    const sipCallId = header(invite, 'Call-ID') ?? '';
    const deadline = Date.now() + 20_000;
    for (;;) {
      const { body } = await this.#network.api<CallPage>('/api/calls?limit=200');
      const found = body.calls.find(({ legs = [] }) => legs.some((leg) => leg.sipCallId === sipCallId));
      if (found) return this.why(found.id, timeoutMs);
      if (Date.now() > deadline) throw new Error(`no record of the call ${sipCallId}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  async why(id: string, timeoutMs = 75_000): Promise<Why> {
    const { why } = await this.ended(id, timeoutMs);
    if (!why) throw new Error('an ended call without an explanation');
    return why;
  }

  async ended(id: string, timeoutMs = 75_000): Promise<CallDetail> {
    return this.#network.call(id, ({ end, why }) => end !== null && why != null, timeoutMs);
  }

  /** Stops the network, and starts it again on what it has kept. */
  async again(): Promise<void> {
    await this.#network.processes[0]?.stop();
    this.#network = await startNetwork(this.#env);
  }

  async stop(): Promise<void> {
    for (const phone of this.#phones) phone.close();
    await this.#network.stop();
    await this.engine.stop();
    await this.elevenLabs.close();
  }
}
