import {
  answerHeaders,
  answerTerms,
  parseSessionExpires,
  requestHeaders,
  type SipHeader,
} from '@ringback/sip';
import type { Core } from '../core/core.ts';
import type { Incoming } from '../core/transaction-table.ts';
import type { Dialog } from '../dialog/dialog.ts';
import { takeHeader, without } from './headers.ts';

const REFRESHES = new Set(['INVITE', 'UPDATE']);

/** The lines of an application's response, with what a 2xx has to say about the session timer (RFC 4028 9). */
export function withAnsweredTimer(
  core: Core,
  { transaction, dialog }: Incoming,
  given: SipHeader[],
  status: number,
): SipHeader[] {
  const { request } = transaction;
  if (!REFRESHES.has(request.method) || status < 200 || status >= 300) return given;
  const own = parseSessionExpires(takeHeader(given, 'Session-Expires') ?? '');
  const terms = answerTerms(request, own, dialog?.session.timer?.terms, core.defaultRefresher);
  if (!terms) return given;
  const required = takeHeader(given, 'Require')?.includes('timer');
  const lines = answerHeaders(terms, request).filter(({ name }) => !(required && name === 'Require'));
  return [...without(given, 'Session-Expires'), ...lines];
}

/** A request of an application that says nothing about a timer that runs would end it (RFC 4028 7.4). */
export function withKeptTimer(dialog: Dialog, method: string, given: SipHeader[]): SipHeader[] {
  const terms = dialog.session.timer?.terms;
  if (!terms || !REFRESHES.has(method) || takeHeader(given, 'Session-Expires') !== undefined) return given;
  return [...given, ...requestHeaders(terms)];
}
