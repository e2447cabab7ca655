import { type Static, Type } from 'typebox';
import { literals, Nullable, Timestamp } from './scalar.ts';

/** One registered contact of an address of record (RFC 3261 10.3). */
export const Binding = Type.Object({
  id: Type.String(),
  number: Type.String(),
  contact: Type.String(),
  transport: literals(['udp', 'tcp', 'tls', 'ws', 'wss']),
  remoteAddress: Type.String(),
  userAgent: Nullable(Type.String()),
  registeredAt: Timestamp,
  expiresAt: Timestamp,
});
export type Binding = Static<typeof Binding>;

/** `subscriber`: has a SIP password of its own; `page`: a browser's number; `voice`: our voice workers. */
export const SUBSCRIBER_KINDS = ['subscriber', 'page', 'voice'] as const;
export const SubscriberKind = literals(SUBSCRIBER_KINDS);
export type SubscriberKind = (typeof SUBSCRIBER_KINDS)[number];

export const Subscriber = Type.Object({
  number: Type.String(),
  displayName: Nullable(Type.String()),
  kind: SubscriberKind,
  online: Type.Boolean(),
  /** RINGBACK_SUBSCRIBERS has it, so that it gets its name and password from there at every start. */
  configured: Type.Optional(Type.Boolean()),
});
export type Subscriber = Static<typeof Subscriber>;
