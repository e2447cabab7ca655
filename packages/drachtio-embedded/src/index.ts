export { acceleratedClock, type Clock, realClock } from './clock.ts';
export type { ContactOptions } from './contact.ts';
export type { HepTarget } from './hep-mirror.ts';
export type { Limits } from './limits.ts';
export type { Dns, DnsAnswer, DnsOptions } from './locate/dns.ts';
export { type DrachtioOptions, type DrachtioServer, type DrachtioStats, startDrachtio } from './server.ts';
export type { TlsCertificate } from './transport/bind.ts';
export type { SocketAddress, TransportName } from './transport/flow.ts';
