/** Our SIP server in a process of its own, which tells its parent where it listens and, when asked, what it holds. */
import { readdirSync } from 'node:fs';
import { createLogger } from '@ringback/runtime';
import {
  type Clock,
  type DrachtioStats,
  realClock,
  startDrachtio,
} from '../../packages/drachtio-embedded/src/index.ts';

/** All that calls may leave behind. */
export interface Holdings extends DrachtioStats {
  /** Timers of the server that have not fired. */
  timers: number;
  /** What keeps the process, by kind. */
  resources: Record<string, number>;
  /** Open file descriptors. */
  files: number;
  heapMb: number;
  rssMb: number;
}

let timers = 0;

/** The system's clock, which also knows how many timers wait. */
const countedClock: Clock = {
  nowMs: realClock.nowMs,
  after: (delayMs, call) => {
    let waits = true;
    const done = () => {
      if (waits) timers -= 1;
      waits = false;
    };
    timers += 1;
    const cancel = realClock.after(delayMs, () => {
      done();
      call();
    });
    return () => {
      done();
      cancel();
    };
  },
};

const server = await startDrachtio({
  ...(process.argv.includes('count-timers') ? { clock: countedClock } : {}),
  contacts: ['sip:127.0.0.1:0;transport=udp'],
  admin: { host: '127.0.0.1', port: 0, secret: 'bench' },
  logger: createLogger('drachtio', 'error'),
});

function holdings(): Holdings {
  // There only with --expose-gc. What is garbage is no leak.
  globalThis.gc?.();
  const resources: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) resources[kind] = (resources[kind] ?? 0) + 1;
  const { rss, heapUsed } = process.memoryUsage();
  return {
    ...server.stats(),
    timers,
    resources,
    files: readdirSync('/proc/self/fd').length,
    heapMb: heapUsed / 1_048_576,
    rssMb: rss / 1_048_576,
  };
}

const [sip = ''] = server.hostports;
process.on('message', () => process.send?.(holdings()));
process.once('disconnect', () => void server.close());
process.send?.({ adminPort: server.adminPort, sipPort: Number(sip.split(':').at(-1)) });
