import { findProgram, hasPostgres, type RunningProcess, run, startPostgres } from '@ringback/testing';
import { type Network, networkOf, ROOT, settings, startNetwork } from './network.ts';
import { freePort } from './ports.ts';

/** A way to run the network; the same calls have to work on each. */
export interface Arrangement {
  name: string;
  /** Programs it cannot do without that are not installed here. */
  missing: string[];
  start(): Promise<Network>;
}

const missing = (...programs: string[]) => programs.filter((program) => !findProgram(program));
const withoutPostgres = hasPostgres ? [] : ['postgres'];

export const arrangements: Arrangement[] = [
  { name: 'npm start', missing: [], start: () => startNetwork() },
  {
    name: "npm start with Debian's rtpengine",
    missing: missing('rtpengine'),
    async start() {
      const rtpengine = await startDebianRtpengine();
      return joined(await startNetwork({ RTPENGINE_URL: rtpengine.url }), rtpengine.process);
    },
  },
  {
    name: 'npm start with PostgreSQL',
    missing: withoutPostgres,
    async start() {
      const postgres = await startPostgres();
      const network = await startNetwork({ DATABASE_URL: postgres.url });
      return { ...network, stop: () => network.stop().then(postgres.close) };
    },
  },
  {
    name: "every service a process, on NATS, PostgreSQL and Debian's rtpengine",
    missing: [...missing('rtpengine', 'nats-server'), ...withoutPostgres],
    start: startProcesses,
  },
];

function joined(network: Network, under: RunningProcess): Network {
  return {
    ...network,
    async stop() {
      await network.stop();
      await under.stop();
    },
  };
}

export async function startDebianRtpengine(ports = { min: 33_000, max: 33_400 }) {
  const port = await freePort();
  const process = run(findProgram('rtpengine') ?? 'rtpengine', [
    ...['--config-file=none', '--table=-1', '--interface=127.0.0.1', `--listen-ng=127.0.0.1:${port}`],
    ...['--foreground', '--log-stderr', '--log-level=6', '--delete-delay=0', '--timeout=60'],
    ...[`--port-min=${ports.min}`, `--port-max=${ports.max}`, '--num-threads=2'],
  ]);
  await process.printed(/Startup complete/, 10_000);
  return { url: `udp://127.0.0.1:${port}`, process };
}

async function startNats() {
  const port = await freePort();
  const process = run(findProgram('nats-server') ?? 'nats-server', ['-a', '127.0.0.1', '-p', String(port)]);
  await process.printed(/Server is ready/, 10_000);
  return { url: `nats://127.0.0.1:${port}`, process };
}

const SECRET = 'shared-secret';

/** What docker-compose.yml describes, without containers; our SIP server stands where drachtio-server does. */
async function startProcesses(): Promise<Network> {
  const own = await settings();
  const adminPort = await freePort();
  const [postgres, nats, rtpengine] = await Promise.all([
    startPostgres(),
    startNats(),
    startDebianRtpengine(),
  ]);
  const env = {
    ...own,
    DRACHTIO_URL: `tcp://:${SECRET}@127.0.0.1:${adminPort}`,
    RTPENGINE_URL: rtpengine.url,
    DATABASE_URL: postgres.url,
    NATS_URL: nats.url,
    RINGBACK_LOG_LEVEL: 'info',
  };
  const typescript = (file: string, ...args: string[]) =>
    run(process.execPath, ['--import', 'tsx', file, ...args], { cwd: ROOT, env });
  const drachtio = typescript(
    'packages/drachtio-embedded/src/cli.ts',
    ...['--contact', `sip:127.0.0.1:${own.RINGBACK_SIP_PORT};transport=udp,tcp`],
    ...['--contact', `sip:127.0.0.1:${own.RINGBACK_SIP_WS_PORT};transport=ws`],
    ...['--address', '127.0.0.1', '--port', String(adminPort), '--secret', SECRET],
    ...['--homer', `127.0.0.1:${own.RINGBACK_HEP_PORT}`, '--homer-id', '1'],
  );
  const services: RunningProcess[] = [];
  for (const name of ['b2bua', 'gateway', 'voice']) {
    const service = typescript(`services/${name}/src/main.ts`);
    services.push(service);
    await service.printed(/started/, 30_000);
  }
  const network = networkOf(env, [rtpengine.process, nats.process, drachtio, ...services]);
  return { ...network, stop: () => network.stop().then(postgres.close) };
}
