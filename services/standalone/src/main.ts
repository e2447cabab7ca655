import { createLogger, fail, loadConfig, onShutdown } from '@ringback/runtime';
import { banner } from './banner.ts';
import { startStandalone } from './standalone.ts';

const startedAtMs = performance.now();
try {
  const config = loadConfig();
  const network = await startStandalone(config);
  const seconds = (performance.now() - startedAtMs) / 1000;
  // Before the banner: who has read that it is ready may stop it at once.
  onShutdown(createLogger('ringback', config.logLevel ?? 'warn'), () => network.close());
  process.stdout.write(`${['ringback', ...banner(config, network, seconds)].join('\n')}\n`);
} catch (error) {
  fail(error);
}
