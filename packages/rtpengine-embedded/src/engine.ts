import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { NgCommand, NgReply } from '@ringback/rtpengine-ng';
import { preloadOpus } from './codec/opus-codec.ts';
import { CallTable } from './control/call-table.ts';
import { TICK_MS } from './control/calls.ts';
import { type EngineOptions, type InterfaceOptions, timeoutsOf } from './options.ts';
import { openHomer } from './quality/homer.ts';
import { captureRtcp } from './quality/rtcp-capture.ts';
import { Interfaces, type MediaInterface } from './transport/interfaces.ts';
import { PortPool } from './transport/port-pool.ts';
import { preload } from './transport/webrtc-transport.ts';

/** The calls and the media of one process, without a protocol to command them by. */
export type Engine = {
  /** Does one command. A refusal is a reply; a fault is thrown. */
  handle(command: NgCommand): Promise<NgReply>;
  has(callId: string): boolean;
  /** Ends all calls and frees their ports. */
  close(): Promise<void>;
};

/**
 * Starts an engine in this process; see `startRtpengine` for who may do that. `onEnd` is told of every call that is no
 * more, whoever ended it.
 */
export async function startEngine(
  options: EngineOptions,
  onEnd: (callId: string) => void = () => undefined,
): Promise<Engine> {
  const { rtpPorts, logger } = options;
  const interfaces = await interfacesOf(options);
  const clock = {
    nowMs: () => performance.now(),
    unixMs: () => Date.now(),
    ntpMs: () => performance.timeOrigin + performance.now(),
  };
  preload();
  await preloadOpus();
  const homer = options.homer && openHomer(options.homer, logger);
  const media = {
    interfaces,
    mirror: homer && captureRtcp(homer, interfaces.first.address, clock),
  };
  const { ffmpegPath = 'ffmpeg', recordingDir, workingDir = process.cwd() } = options;
  const files = { ffmpegPath, recordingDir, workingDir };
  const calls = new CallTable(media, clock, logger, timeoutsOf(options), files, onEnd);
  const ticker = setInterval(() => calls.tick(), TICK_MS);
  logger.info({ media: interfaces.first.address, rtpPorts }, 'media ready');
  return {
    handle: (command) => calls.handle(command),
    has: (callId) => calls.has(callId),
    close: async () => {
      clearInterval(ticker);
      await calls.close();
      homer?.close();
    },
  };
}

/** Interfaces on one address, under several names, share its ports. */
async function interfacesOf({ rtpPorts, interfaces = [], ...first }: EngineOptions): Promise<Interfaces> {
  const pools = new Map<string, PortPool>();
  const open = async ({ name, host, advertisedHost }: InterfaceOptions): Promise<MediaInterface> => {
    // The native library aborts on a name.
    const literal = isIP(host) ? host : (await lookup(host)).address;
    const pool = pools.get(literal) ?? new PortPool(literal, rtpPorts);
    pools.set(literal, pool);
    const address = await addressFor(advertisedHost ?? host);
    return { name, host: literal, address, advertised: advertisedHost !== undefined, pool };
  };
  const others: MediaInterface[] = [];
  const primary = await open({ name: 'default', ...first });
  for (const one of interfaces) others.push(await open(one));
  return new Interfaces([primary, ...others]);
}

/** The literal that stands in descriptions: names are resolved once, and 0.0.0.0 stands for the first real interface. */
async function addressFor(host: string): Promise<string> {
  if (host === '0.0.0.0') {
    const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
    return all.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.1';
  }
  return isIP(host) ? host : (await lookup(host)).address;
}
