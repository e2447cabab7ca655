import {
  type Dialog as DialogState,
  formatRAck,
  parseRAck,
  type SipHeader,
  settlePrack,
} from '@ringback/sip';
import type { Dialog } from '../dialog/dialog.ts';
import { takeHeader, without } from './headers.ts';

/**
 * Finds the response that an application's PRACK is for, and with it the fork it goes to (RFC 3262 4). Undefined when
 * none waits for one.
 */
export function claimPrack(
  dialog: Dialog,
  given: SipHeader[],
): { fork: DialogState; headers: SipHeader[] } | undefined {
  const rack = parseRAck(takeHeader(given, 'RAck') ?? '');
  const claimed = settlePrack(dialog.theirProvisional, rack);
  const fork = claimed && dialog.fork(claimed.settled.remoteTag);
  if (!fork) return undefined;
  dialog.theirProvisional = claimed.state;
  const value = formatRAck(claimed.settled.rack);
  return { fork, headers: [{ name: 'RAck', value }, ...without(given, 'RAck')] };
}
