import { type Config, createBus, createLogger, type LogLevel, threadData } from '@ringback/runtime';
import { start } from '@ringback/voice';
import { hostPart } from '../thread-host.ts';

export interface VoiceData {
  config: Config;
  logLevel: LogLevel;
}

await hostPart<null>(async () => {
  const { config, logLevel } = threadData<VoiceData>();
  const logger = createLogger('voice', logLevel);
  const bus = await createBus(config, 'voice', logger);
  const voice = await start({ config, bus, logger });
  return {
    ready: null,
    drain: () => voice.drain(),
    async close() {
      await voice.close();
      await bus.close();
    },
  };
});
