import { randomUUID } from 'node:crypto';
import type { VoiceCall } from '@ringback/contracts';
import { BusError, Pacer, type RunningService, type ServiceContext } from '@ringback/runtime';
import type { Speech } from '@ringback/speech';
import { IncomingCall, serviceOf } from './call/incoming-call.ts';
import { OutgoingCall } from './call/outgoing-call.ts';
import type { CallSurroundings, RunningCall } from './call/surroundings.ts';
import { Health } from './health.ts';
import { PortPairs } from './rtp/port-pair.ts';
import { Credentials } from './sip/credentials.ts';
import type { IncomingDialog } from './sip/incoming-dialog.ts';
import { SipAgent } from './sip/sip-agent.ts';

/** More would not be paced in time by one thread. */
const MOST_CALLS = 500;
const DRAIN_MS = 5000;

/** One voice worker: places calls that speak, and answers the numbers of its services. */
export class VoiceService implements RunningService {
  readonly #worker = `voice-${randomUUID().slice(0, 8)}`;
  readonly #context: ServiceContext;
  readonly #health: Health;
  readonly #agent: SipAgent;
  readonly #surroundings: CallSurroundings;
  readonly #calls = new Set<RunningCall>();
  readonly #outgoing = new Map<string, OutgoingCall>();
  readonly #stopHearing: (() => void)[];
  #draining = false;

  constructor(context: ServiceContext, speech: Speech, address: string) {
    const { bus, config, logger } = context;
    this.#context = context;
    this.#health = new Health(bus, speech.provider);
    this.#agent = new SipAgent({
      wsUrl: config.sipWsUrl,
      mediaAddress: address,
      credentials: new Credentials(bus),
      logger,
      incoming: (dialog) => this.#incoming(dialog),
      changed: (registered, detail) => this.#health.registration(registered, detail),
    });
    this.#surroundings = {
      agent: this.#agent,
      pacer: new Pacer(),
      speech,
      bus,
      logger,
      ports: new PortPairs(config.host, config.rtpPorts),
      speechHealth: this.#health,
    };
    this.#stopHearing = [
      bus.serve('voice.call', async (order) => this.#place(order)),
      bus.subscribe('call.hangup', ({ callId }) => this.#outgoing.get(callId)?.hangUp()),
    ];
  }

  async drain(): Promise<void> {
    this.#draining = true;
    const over = Promise.all(Array.from(this.#calls, (call) => call.over));
    const deadline = setTimeout(() => {
      for (const call of this.#calls) call.stop();
    }, DRAIN_MS);
    await over;
    clearTimeout(deadline);
  }

  async close(): Promise<void> {
    this.#draining = true;
    for (const stop of this.#stopHearing) stop();
    for (const call of this.#calls) call.stop();
    this.#health.close();
    await this.#agent.close();
    await this.#surroundings.speech.close();
  }

  #place(order: VoiceCall): { worker: string } {
    if (this.#draining) throw new BusError('unavailable', 'The voice is about to stop.');
    if (!this.#agent.registered)
      throw new BusError('unavailable', 'The voice is not connected to the SIP server; try again shortly.');
    if (this.#calls.size >= MOST_CALLS)
      throw new BusError('unavailable', `The voice is busy with ${MOST_CALLS} calls; try again later.`);
    if (this.#outgoing.has(order.callId)) return { worker: this.#worker };
    const call = new OutgoingCall(order, this.#surroundings);
    this.#outgoing.set(order.callId, call);
    this.#keep(call, () => this.#outgoing.delete(order.callId));
    return { worker: this.#worker };
  }

  #incoming(dialog: IncomingDialog): void {
    const service = serviceOf(dialog.number);
    if (!service) {
      this.#context.logger.info('called under a number that is no service');
      dialog.reject(404);
    } else if (this.#draining || this.#calls.size >= MOST_CALLS) dialog.reject(503);
    else if (!dialog.answerable) dialog.reject(488);
    else this.#keep(new IncomingCall(dialog, service, this.#surroundings));
  }

  #keep(call: RunningCall, forget: () => void = () => undefined): void {
    this.#calls.add(call);
    void call.over.then(() => {
      this.#calls.delete(call);
      forget();
    });
  }
}
