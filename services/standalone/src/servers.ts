import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { PartHealth } from '@ringback/contracts';
import { type Crash, type ProcessReading, startSupervisedRtpengine } from '@ringback/rtpengine-embedded';
import type {
  Bus,
  Config,
  DrachtioAddress,
  HostAndPort,
  Logger,
  LogLevel,
  PortRange,
  RunningService,
} from '@ringback/runtime';
import { startEmbeddedDatabase } from '@ringback/store';
import { mediaProcesses } from './media-ports.ts';
import { explained } from './port-taken.ts';
import { sipCertificate } from './sip-certificate.ts';
import { startThreadPart } from './thread-part.ts';
import type { SipServerData, SipServerReady } from './threads/sip-server.ts';

/** A server under the services: where it is, and how to end it if it is ours. */
export interface Server<Address> {
  readonly address: Address;
  readonly mode: 'embedded' | 'external';
  close(): Promise<void>;
}

const external = <Address>(address: Address): Server<Address> => ({
  address,
  mode: 'external',
  close: async () => undefined,
});

const LOOPBACK = '127.0.0.1';

export async function sipServer(
  config: Config,
  logger: Logger,
  logLevel: LogLevel,
): Promise<Server<DrachtioAddress>> {
  if (config.drachtio) return external(config.drachtio);
  const host = config.host.includes(':') ? `[${config.host}]` : config.host;
  const data: SipServerData = {
    contacts: [
      `sip:${host}:${config.sipPort};transport=udp,tcp`,
      `sip:${host}:${config.sipTlsPort};transport=tls`,
      `sip:${host}:${config.sipWsPort};transport=ws`,
      `sip:${host}:${config.sipWssPort};transport=wss`,
    ],
    tls: await sipCertificate(config),
    admin: { host: LOOPBACK, port: 0, secret: randomBytes(16).toString('hex') },
    ...(config.publicHost === config.host ? {} : { externalHost: config.publicHost }),
    hep: { host: LOOPBACK, port: config.hepPort, captureId: 1 },
    logLevel,
  };
  const module = new URL('./threads/sip-server.ts', import.meta.url);
  const samePort = (options: SipServerData, { adminPort }: SipServerReady): SipServerData => ({
    ...options,
    admin: { ...options.admin, port: adminPort },
  });
  const part: RunningService & { ready: SipServerReady } = await explained(
    'RINGBACK_SIP_PORT, _TLS_PORT, _WS_PORT or _WSS_PORT',
    startThreadPart('sip', module, data, logger, samePort),
  );
  return {
    address: { host: LOOPBACK, port: part.ready.adminPort, secret: data.admin.secret },
    mode: 'embedded',
    close: () => part.close(),
  };
}

export interface MediaServer extends Server<HostAndPort> {
  /** Of the embedded one. */
  readonly processes?: () => readonly ProcessReading[];
}

/** The embedded one binds its media within `rtpPorts`. */
export async function mediaServer(
  config: Config,
  rtpPorts: PortRange,
  bus: Bus,
  logger: Logger,
): Promise<MediaServer> {
  if (config.rtpengine) return external(config.rtpengine);
  const engine = await startSupervisedRtpengine({
    host: config.host,
    ...(config.publicHost === config.host ? {} : { advertisedHost: config.publicHost }),
    ngHost: LOOPBACK,
    ngPort: 0,
    rtpPorts,
    processes: mediaProcesses(config, rtpPorts),
    homer: { host: LOOPBACK, port: config.hepPort, protocol: 'udp', captureId: 2 },
    recordingDir: join(config.dataDir, 'recordings'),
    ...(config.ffmpegPath === undefined ? {} : { ffmpegPath: config.ffmpegPath }),
    logger,
    onCrash: (crash) => bus.publish('part.health', healthAfter(crash)),
  });
  return {
    address: { host: LOOPBACK, port: engine.ngPort },
    mode: 'embedded',
    processes: () => engine.processes,
    close: () => engine.close(),
  };
}

/** Until the B2BUA, which asks the media server itself, says something newer. */
function healthAfter({ callIds, hung }: Crash): PartHealth {
  const what = hung ? 'A media process hung' : 'A media process died';
  const detail = `${what}, ${callIds.length} calls lost; it is being started again`;
  return { part: 'media', mode: 'embedded', state: 'degraded', detail };
}

export async function database(config: Config, logger: Logger): Promise<Server<string>> {
  if (config.databaseUrl) return external(config.databaseUrl);
  const { url, close } = await startEmbeddedDatabase({ dataDir: config.dataDir, logger });
  return { address: url, mode: 'embedded', close };
}
