import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { CallTable } from './control/call-table.ts';
import { NgServer } from './control/ng-server.ts';
import { DEFAULT_MEDIA_TIMEOUT_SEC, type RtpengineOptions, type RunningRtpengine } from './options.ts';
import { PortPool } from './transport/port-pool.ts';
import { preload } from './transport/webrtc-transport.ts';

const TICK_MS = 250;

/** The whole media server in this process; see `startRtpengine` for who may do that. */
export async function startEngine(options: RtpengineOptions): Promise<RunningRtpengine> {
  const { host, ngHost, ngPort, rtpPorts, logger } = options;
  const address = await addressFor(options.advertisedHost ?? host);
  const clock = {
    nowMs: () => performance.now(),
    unixMs: () => Date.now(),
    ntpMs: () => performance.timeOrigin + performance.now(),
  };
  preload();
  const media = {
    pool: new PortPool(host, rtpPorts),
    host,
    address,
    advertised: options.advertisedHost !== undefined,
  };
  const calls = new CallTable(media, clock, logger, options.mediaTimeoutSec ?? DEFAULT_MEDIA_TIMEOUT_SEC);
  const server = await NgServer.listen(
    { host: ngHost, port: ngPort },
    (command) => calls.handle(command),
    logger,
  );
  const ticker = setInterval(() => calls.tick(), TICK_MS);
  logger.info({ ng: `${ngHost}:${server.port}`, media: address, rtpPorts }, 'media server ready');
  return {
    ngPort: server.port,
    close: async () => {
      clearInterval(ticker);
      calls.close();
      await server.close();
    },
  };
}

/** The literal that stands in descriptions: names are resolved once, and 0.0.0.0 stands for the first real interface. */
async function addressFor(host: string): Promise<string> {
  if (host === '0.0.0.0') {
    const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
    return all.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.1';
  }
  return isIP(host) ? host : (await lookup(host)).address;
}
