import { header, type SipMessage, type SipRequest } from '../message.ts';
import { namesOption } from '../option-tag.ts';
import { parseParams } from '../params.ts';
import { parseSeconds } from '../scalar.ts';
import type { Rejection } from '../validate.ts';

/** RFC 4028 4: how long a session lasts without a refresh, and who of the two in this transaction sends the next one. */
export interface SessionExpires {
  readonly intervalSec: number;
  readonly refresher: 'uac' | 'uas' | undefined;
}

/** RFC 4028 5: nobody may ask for less, lest refreshes load the network. */
export const minimumIntervalSec = 90;
/** Eleven days, as long as a timer can wait; who asks for more gets this. */
const maximumIntervalSec = 1_000_000;

function secondsOf(value: string): number | undefined {
  const semicolon = value.indexOf(';');
  return parseSeconds(semicolon < 0 ? value : value.slice(0, semicolon));
}

/** "1800;refresher=uac" (RFC 4028 4); undefined when it cannot be read. An unknown refresher counts as none. */
export function parseSessionExpires(value: string): SessionExpires | undefined {
  const seconds = secondsOf(value);
  const semicolon = value.indexOf(';');
  const params = parseParams(value, semicolon < 0 ? value.length : semicolon);
  if (seconds === undefined || params === undefined) return undefined;
  const named = params.get('refresher')?.toLowerCase();
  const refresher = named === 'uac' || named === 'uas' ? named : undefined;
  return { intervalSec: Math.min(seconds, maximumIntervalSec), refresher };
}

export function formatSessionExpires({ intervalSec, refresher }: SessionExpires): string {
  return refresher === undefined ? String(intervalSec) : `${intervalSec};refresher=${refresher}`;
}

export function sessionExpiresOf(message: Pick<SipMessage, 'headers'>): SessionExpires | undefined {
  return parseSessionExpires(header(message, 'Session-Expires') ?? '');
}

/** The least interval that a message allows, in seconds (Min-SE, RFC 4028 5). */
export function minSessionExpiresOf(message: Pick<SipMessage, 'headers'>): number {
  const asked = Math.min(secondsOf(header(message, 'Min-SE') ?? '') ?? 0, maximumIntervalSec);
  return Math.max(minimumIntervalSec, asked);
}

export const supportsTimer = (message: Pick<SipMessage, 'headers'>): boolean =>
  namesOption(message, 'Supported', 'timer') || namesOption(message, 'Require', 'timer');

/** RFC 4028 9: a request that wants to be refreshed too often gets 422 with what is allowed. */
export function sessionTooSmall(request: SipRequest): Rejection | undefined {
  if (request.method !== 'INVITE' && request.method !== 'UPDATE') return undefined;
  const asked = sessionExpiresOf(request);
  if (asked === undefined || asked.intervalSec >= minimumIntervalSec) return undefined;
  return { status: 422, reason: '', headers: [{ name: 'Min-SE', value: String(minimumIntervalSec) }] };
}
