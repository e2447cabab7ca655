export * from './bencode.ts';
export * from './command.ts';
export * from './frame.ts';
export * from './reply.ts';
