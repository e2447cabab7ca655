import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { startSupervisedRtpengine } from '@ringback/rtpengine-embedded';
import { createLogger } from '@ringback/runtime';
import { NgControl, openSocket } from './ng.ts';

export type EngineName = 'ringback' | 'rtpengine' | 'bare';

/** A media server that runs in a process of its own. */
export interface RunningEngine {
  readonly name: EngineName;
  readonly ngPort: number;
  /** The one that relays. */
  readonly pid: number;
  /** How late its event loop was, in the last seconds; only ours tells. */
  loopDelayP99Ms?(): number;
  stop(): Promise<void>;
}

/** Above the range of the system's own choice (RFC 6335 6 leaves it to us below): room for 400 calls. */
const PORTS = { min: 20_000, max: 21_999 };

export function startEngine(name: EngineName): Promise<RunningEngine> {
  if (name === 'ringback') return startOurs();
  return name === 'rtpengine' ? startRtpengine() : startBare();
}

async function startOurs(): Promise<RunningEngine> {
  const engine = await startSupervisedRtpengine({
    host: '127.0.0.1',
    ngHost: '127.0.0.1',
    ngPort: 0,
    rtpPorts: PORTS,
    logger: createLogger('rtpengine', 'error'),
  });
  return {
    name: 'ringback',
    ngPort: engine.ngPort,
    pid: engine.processes[0]?.pid ?? 0,
    loopDelayP99Ms: () => engine.processes[0]?.loopDelay.p99Ms ?? Number.NaN,
    stop: () => engine.close(),
  };
}

/** Debian's, in user space. It survives its parent, so that it is stopped by its id. */
async function startRtpengine(): Promise<RunningEngine> {
  const probe = await openSocket();
  const ngPort = probe.address().port;
  probe.close();
  await once(probe, 'close');
  const options = [
    ...['--config-file=none', '--table=-1', '--interface=127.0.0.1', `--listen-ng=127.0.0.1:${ngPort}`],
    ...[
      '--foreground',
      '--log-stderr',
      '--log-level=3',
      '--num-threads=2',
      '--delete-delay=0',
      '--timeout=60',
    ],
    ...[`--port-min=${PORTS.min}`, `--port-max=${PORTS.max}`],
  ];
  const server = spawn('rtpengine', options, { stdio: 'ignore' });
  await once(server, 'spawn');
  const exited = once(server, 'exit');
  const killLeftOver = () => server.kill('SIGKILL');
  process.once('exit', killLeftOver);
  const control = await NgControl.open(ngPort);
  await control.command({ command: 'ping' });
  control.close();
  const stop = async () => {
    process.off('exit', killLeftOver);
    server.kill('SIGTERM');
    await exited;
  };
  return { name: 'rtpengine', ngPort, pid: server.pid ?? 0, stop };
}

async function startBare(): Promise<RunningEngine> {
  const relay = fork(new URL('bare-relay.ts', import.meta.url), { execArgv: ['--import', 'tsx'] });
  const [{ ngPort }] = (await once(relay, 'message')) as [{ ngPort: number }];
  const stop = async () => {
    const exited = once(relay, 'exit');
    relay.disconnect();
    await exited;
  };
  return { name: 'bare', ngPort, pid: relay.pid ?? 0, stop };
}
