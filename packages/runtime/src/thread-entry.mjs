// Worker threads of Node 20 do not take over the main thread's TypeScript loader, so each brings its own.
import { workerData } from 'node:worker_threads';
import { register } from 'tsx/esm/api';

register();
await import(workerData.entry);
