export { buildApp } from './app.ts';
export type { App, AppDeps } from './routes/route-deps.ts';
export { type GatewayOptions, type RunningGateway, start } from './start.ts';
