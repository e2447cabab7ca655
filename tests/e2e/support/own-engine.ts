import { type RunningProcess, run } from '@ringback/testing';
import { ROOT } from './network.ts';
import { freePort, mediaPorts } from './ports.ts';

/** Our media server as a program of its own: it can be given short times, and be killed. */
export interface OwnEngine {
  readonly url: string;
  /** As after a crash: everything that it knew is gone. */
  restart(): Promise<void>;
  /** It runs, and does not do a thing until it may go on. */
  pause(): void;
  goOn(): void;
  stop(): Promise<void>;
}

export async function startOwnEngine(timeoutSec: number): Promise<OwnEngine> {
  const port = await freePort();
  const [min = '', max = ''] = mediaPorts().split('-');
  const start = async (): Promise<RunningProcess> => {
    const engine = run(
      process.execPath,
      [
        ...['--import', 'tsx', 'packages/rtpengine-embedded/src/cli.ts', '--interface=127.0.0.1'],
        ...[`--listen-ng=127.0.0.1:${port}`, `--port-min=${min}`, `--port-max=${max}`],
        `--timeout=${timeoutSec}`,
      ],
      { cwd: ROOT },
    );
    await engine.printed(/media ready/i);
    return engine;
  };
  let engine = await start();
  return {
    url: `udp://127.0.0.1:${port}`,
    async restart() {
      engine.child.kill('SIGKILL');
      await engine.ended();
      engine = await start();
    },
    pause: () => engine.child.kill('SIGSTOP'),
    goOn: () => engine.child.kill('SIGCONT'),
    async stop() {
      engine.child.kill('SIGCONT');
      await engine.stop();
    },
  };
}
