import { runService } from '@ringback/runtime';
import { start } from './start.ts';

await runService('gateway', async (context) => {
  const gateway = await start(context);
  // The only place where a token that was made up for this run can be seen.
  process.stdout.write(`ringback: page ${gateway.address}\n`);
  return gateway;
});
