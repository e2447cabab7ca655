export { buildApp } from './app.ts';
export type { App, AppDeps } from './routes/route-deps.ts';
export { type RunningGateway, start } from './start.ts';
