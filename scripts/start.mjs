// npm start: everything that a bare machine needs first, then the whole network in this process.
import { ensureDependencies, ensurePage, requireNode } from './preparation.mjs';

requireNode();
ensureDependencies();
ensurePage();

const { register } = await import('tsx/esm/api');
register();
await import('../services/standalone/src/main.ts');
