import { createLogger } from '@ringback/runtime';
import { parseMessage, startLine } from '@ringback/sip';
import { ManualClock } from '@ringback/testing';
import { commandHandler } from '../src/application/commands.ts';
import type { Application, CommandHandler } from '../src/application/connection.ts';
import type { Core } from '../src/core/core.ts';
import { silentMeter } from '../src/core/meter.ts';
import { newCore } from '../src/core/new-core.ts';
import { receiveMessage } from '../src/core/receive.ts';
import { Backlog } from '../src/guard/backlog.ts';
import { Guard } from '../src/guard/guard.ts';
import { guardSettings } from '../src/guard/options.ts';
import type { DrachtioOptions } from '../src/index.ts';
import { DEFAULT_LIMITS } from '../src/limits.ts';
import { HandlerTable } from '../src/request-handler/handler-table.ts';
import { RequestHandlers } from '../src/request-handler/request-handlers.ts';
import type { Flow, Listener, SocketAddress } from '../src/transport/flow.ts';
import { Listeners } from '../src/transport/listeners.ts';
import { OwnAddress } from '../src/transport/own-address.ts';
import { StreamTable } from '../src/transport/stream-table.ts';

/** Numbers that look random and are the same for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const START_MS = 1_700_000_000_000;

interface Datagram {
  from: string;
  to: string;
  bytes: Uint8Array;
}

/**
 * Servers on a network without sockets and without time of its own: a test says which datagram arrives next, which is
 * lost, and when time passes.
 */
export class RaceWorld {
  readonly clock = new ManualClock(START_MS);
  readonly inFlight: Datagram[] = [];
  /** What the servers could not handle. */
  readonly faults: unknown[] = [];
  readonly #events: { atMs: number; text: () => string }[] = [];
  readonly #cores = new Map<string, Core>();

  /** A server at that address, for one application. */
  server(host: string, application: Application): CommandHandler {
    const core = coreAt(this, host);
    this.#cores.set(host, core);
    core.routes.add('invite', application);
    return commandHandler(core);
  }

  get cores(): Core[] {
    return [...this.#cores.values()];
  }

  note(text: () => string): void {
    this.#events.push({ atMs: this.clock.nowMs(), text });
  }

  /** Everything that happened, for the message of a failed test. */
  get log(): string {
    return this.#events.map(({ atMs, text }) => `${Math.round(atMs - START_MS)} ${text()}`).join('\n');
  }

  send(datagram: Datagram): void {
    this.inFlight.push(datagram);
  }

  /** The datagram at that place in the queue arrives; a duplicate stays behind. */
  deliver(index: number, duplicate = false): void {
    const datagram = this.inFlight[index];
    if (!datagram) return;
    if (!duplicate) this.inFlight.splice(index, 1);
    const core = this.#cores.get(datagram.to);
    if (!core) return;
    this.note(() => `${datagram.from} -> ${datagram.to} ${describe(datagram.bytes)}`);
    const [listener] = core.listeners.all;
    receiveMessage(core, listener!.flowTo({ host: datagram.from, port: 5060 }), datagram.bytes);
  }

  lose(index: number): void {
    const [lost] = this.inFlight.splice(index, 1);
    if (lost) this.note(() => `lost ${describe(lost.bytes)}`);
  }
}

function describe(bytes: Uint8Array): string {
  const parsed = parseMessage(bytes);
  if (!parsed.ok) return 'garbage';
  const cseq = parsed.message.headers.find(({ name }) => name === 'CSeq')?.value;
  return `${startLine(parsed.message)} (${cseq})`;
}

/** A datagram socket whose packets go to the world. */
function listenerAt(world: RaceWorld, host: string): Listener {
  const local = { host, port: 5060 };
  const listener: Listener = {
    transport: 'udp',
    local,
    advertised: local,
    own: new OwnAddress({ boundHost: host }, []),
    flowTo: (remote) => flowTo(world, listener, remote),
    close: () => Promise.resolve(),
  };
  return listener;
}

function flowTo(world: RaceWorld, listener: Listener, remote: SocketAddress): Flow {
  const nothing = () => undefined;
  const { local } = listener;
  return {
    listener,
    transport: 'udp',
    reliable: false,
    local,
    remote,
    advertised: local,
    closed: false,
    send: (bytes) => world.send({ from: local.host, to: remote.host, bytes: Uint8Array.from(bytes) }),
    hold: () => nothing,
    destroy: nothing,
  };
}

function coreAt(world: RaceWorld, host: string): Core {
  const { clock } = world;
  const logger = createLogger('race', 'silent');
  logger.error = (fault: unknown) => world.faults.push(fault);
  const listeners = new Listeners([listenerAt(world, host)]);
  const none = () => Promise.resolve({ records: [], ttlSec: 0 });
  const options: DrachtioOptions = {
    contacts: [],
    admin: { host: host, port: 0, secret: '' },
    logger,
    dns: { naptr: none, srv: none, addresses: none },
    mtu: 65_535,
  };
  // Nobody asked for one: it is here only because every server has it.
  const requestHandlers = new RequestHandlers(new HandlerTable([]), {
    secret: '',
    hostports: [],
    localHostports: [],
    keepAliveSec: 0,
    clock,
    logger,
    limits: DEFAULT_LIMITS,
    meter: silentMeter,
  });
  const streams = new StreamTable();
  return newCore(options, {
    clock,
    limits: DEFAULT_LIMITS,
    meter: silentMeter,
    guard: new Guard(guardSettings({}), clock),
    backlog: new Backlog(() => undefined),
    listeners,
    streams,
    requestHandlers,
  });
}
