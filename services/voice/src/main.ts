import { runService } from '@ringback/runtime';
import { start } from './index.ts';

await runService('voice', start);
