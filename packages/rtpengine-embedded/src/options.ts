import type { Logger } from '@ringback/runtime';

export type RtpengineOptions = {
  /** Address that media sockets are bound to. */
  host: string;
  /** Address put into descriptions when it differs from `host` (NAT, containers). */
  advertisedHost?: string;
  ngHost: string;
  /** 0 takes a free one; the one taken is in what `start…` gives back. */
  ngPort: number;
  /** All media sockets lie in here, both ends included. */
  rtpPorts: { min: number; max: number };
  logger: Logger;
  /** An answered call with no packet at all for this long is freed; 60 when absent. */
  mediaTimeoutSec?: number;
};

export type RunningRtpengine = {
  ngPort: number;
  /** Closes every socket; resolves when they are closed. */
  close(): Promise<void>;
};

export const DEFAULT_MEDIA_TIMEOUT_SEC = 60;
/** An offer that nobody answered: longer than any phone rings. */
export const OFFER_TIMEOUT_SEC = 300;
/** A call on hold may be silent, as rtpengine's `silent-timeout` has it. */
export const HOLD_TIMEOUT_SEC = 3600;
