export { type B2buaOptions, type RunningB2bua, start } from './service.ts';
export type { NewSubscriber } from './subscribers/seed.ts';
