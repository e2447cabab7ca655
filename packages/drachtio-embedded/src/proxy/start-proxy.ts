import { header, hopsUsedUp, responseTo, type SipHeader, type SipResponse } from '@ringback/sip';
import type { Core } from '../core/core.ts';
import type { Incoming } from '../core/transaction-table.ts';
import type { Flow } from '../transport/flow.ts';
import { findFlow } from '../uac/next-hop.ts';
import { originOf } from '../uas/origin.ts';
import { ProxiedRequest, type ProxyPlan } from './proxied-request.ts';
import { requestForTarget } from './target-request.ts';

/** What somebody wants done with a request. */
export interface ProxyOrder {
  /** SIP URIs, in the order they are tried. */
  destinations: readonly string[];
  /** Whether the requests of the dialog shall come through here too. */
  remainInDialog: boolean;
  followRedirects: boolean;
  simultaneous: boolean;
  /** How long a target may be silent, in ms. */
  provisionalMs?: number;
  /** How long it may take to answer, in ms. */
  finalMs?: number;
  /** What is set in the copy that goes over this flow. */
  headers?(to: Flow): readonly SipHeader[];
}

/** Who gave the order hears of this. */
export type ProxyNews = Pick<ProxyPlan, 'launched' | 'answered' | 'done'>;

/** A timer cannot wait longer than 24.8 days. */
const MAX_WAIT_MS = 2_000_000_000;

/** Reads drachtio's `2s` and `1500ms`, empty for none; returns a text that cannot be read as it is. */
export function proxyTimeouts(
  provisional: string,
  final: string,
): Pick<ProxyOrder, 'provisionalMs' | 'finalMs'> | string {
  const provisionalMs = durationMs(provisional);
  const finalMs = durationMs(final);
  if (Number.isNaN(provisionalMs)) return provisional;
  if (Number.isNaN(finalMs)) return final;
  return {
    ...(provisionalMs === undefined ? {} : { provisionalMs }),
    ...(finalMs === undefined ? {} : { finalMs }),
  };
}

function durationMs(text: string): number | undefined {
  if (text === '') return undefined;
  const match = /^(\d{1,7})(ms|s)$/.exec(text);
  return match ? Math.min(MAX_WAIT_MS, Number(match[1]) * (match[2] === 's' ? 1000 : 1)) : Number.NaN;
}

/**
 * Forwards a request; from here on the server answers for it by itself. False when it had no hops left, and was
 * answered so.
 */
export function startProxy(core: Core, incoming: Incoming, order: ProxyOrder, news: ProxyNews = {}): boolean {
  const { transaction, localTag } = incoming;
  if (hopsUsedUp(transaction.request)) {
    transaction.respond(responseTo(transaction.request, 483, '', { toTag: localTag }));
    return false;
  }
  incoming.application = undefined;
  core.transactions.forgetOrigin(incoming, originOf(transaction.request));
  const proxied = new ProxiedRequest(core, incoming, { ...planFor(core, incoming, order), ...news });
  incoming.forwarding = proxied;
  proxied.start();
  return true;
}

function planFor(core: Core, incoming: Incoming, order: ProxyOrder): ProxyPlan {
  const { request, flow: from } = incoming.transaction;
  const { destinations, remainInDialog, headers, ...search } = order;
  const retry = core.retryTargets.take(request);
  return {
    targets: retry === undefined ? destinations : [retry],
    search: { ...search, maxTargets: core.limits.proxyTargets },
    find: (target) => findFlow(core, target),
    copy: (branch, to) =>
      requestForTarget(core, request, branch, { from, to, remainInDialog, headers: headers?.(to) ?? [] }),
    challenged: (target, response) => core.retryTargets.remember(response, target),
    forwarded: (response, to) => {
      if (remainInDialog && to && beginsCall(response, request.method))
        core.carriedCalls.begin(header(request, 'Call-ID') ?? '', [from, to]);
    },
  };
}

const beginsCall = ({ status }: SipResponse, method: string) =>
  method === 'INVITE' && status >= 200 && status < 300;
