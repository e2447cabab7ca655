export * from './bus.ts';
export * from './call.ts';
export * from './dial-plan.ts';
export * from './events.ts';
export * from './message.ts';
export * from './registration.ts';
export * from './rest.ts';
export * from './rtcp.ts';
