import { header, headers, parseNameAddr, type SipMessage } from '@ringback/sip';
import type { SipPhone } from '@ringback/testing';
import type { ProxyOptions, ProxyResult } from 'drachtio-srf';
import { expect } from 'vitest';
import { deferred, type Network, SDP } from './network.ts';

export const addressOf = (phone: SipPhone) => parseNameAddr(phone.contact)!.uri;

/** An application that proxies whatever comes. `result` is what `req.proxy` made of the first request. */
export async function proxyTo(
  network: Network,
  options: () => ProxyOptions,
): Promise<{ result: Promise<ProxyResult> }> {
  const first = deferred<Promise<ProxyResult>>();
  await network.application((srf) => {
    for (const method of ['invite', 'message', 'register', 'options'])
      srf.use(method, (req) => {
        const outcome = req.proxy(options());
        outcome.catch(() => undefined);
        first.resolve(outcome);
      });
  });
  return { result: first.promise.then((outcome) => outcome) };
}

export const dial = (phone: SipPhone) => phone.call('INVITE', 'sip:1002@ringback.local', { body: SDP });

/** The Route of a caller's request, from the answer it got (RFC 3261 12.1.2). */
export const routeOfCaller = (answer: SipMessage) => ({
  headers: { Route: headers(answer, 'Record-Route').toReversed().join(', ') },
});

/** The Route of a callee's request, from the INVITE it got (RFC 3261 12.1.1). */
export const routeOfCallee = (invite: SipMessage) => ({
  headers: { Route: headers(invite, 'Record-Route').join(', ') },
});

/** The final answers a phone saw to its INVITEs. */
export const finals = (phone: SipPhone) =>
  phone.log.flatMap((message) =>
    message.kind === 'response' && message.status >= 200 ? message.status : [],
  );

/** A call over us between two phones, answered; what was asked of the application is left out. */
export async function connect(caller: SipPhone, callee: SipPhone) {
  const invite = dial(caller);
  const forwarded = await callee.request('INVITE');
  const answer = callee.reply(forwarded, 200, 'OK', { body: SDP });
  const ok = await caller.response(200, 'INVITE');
  caller.ack(invite, ok, routeOfCaller(ok));
  const ack = await callee.request('ACK');
  expect(headers(ack, 'Via')).toHaveLength(2);
  expect(header(ack, 'Route')).toBeUndefined();
  return { invite, ok, forwarded, answer };
}
