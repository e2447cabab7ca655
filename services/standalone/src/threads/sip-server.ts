import { type DrachtioOptions, startDrachtio } from '@ringback/drachtio-embedded';
import { createLogger, type LogLevel, threadData } from '@ringback/runtime';
import { hostPart } from '../thread-host.ts';

export type SipServerData = Omit<DrachtioOptions, 'logger'> & { logLevel: LogLevel };
export interface SipServerReady {
  adminPort: number;
  hostports: string[];
}

await hostPart<SipServerReady>(async () => {
  const { logLevel, ...options } = threadData<SipServerData>();
  const server = await startDrachtio({ ...options, logger: createLogger('sip', logLevel) });
  return {
    ready: { adminPort: server.adminPort, hostports: server.hostports },
    // Calls end through the B2BUA; the server below it stays until they have.
    drain: async () => undefined,
    close: () => server.close(),
  };
});
