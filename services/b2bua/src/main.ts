import { runService } from '@ringback/runtime';
import { start } from './service.ts';

await runService('b2bua', start);
