import { header, type SipRequest, type SipResponse } from '@ringback/sip';
import type { MessageParts, SipPhone } from '@ringback/testing';
import { ANSWER, OFFER } from './sdp.ts';
import { type Dialog, type Message, type SipError, Srf, type UasOptions } from './srf.ts';
import { type Testbed, uriOf } from './testbed.ts';

/** A call at a phone. */
export interface Leg {
  phone: SipPhone;
  invite: SipRequest;
  ok: SipResponse;
  /** Sends a request of the phone's within the call. */
  ask(method: string, parts?: MessageParts): SipRequest;
}

/** The phone calls the server and gets to 200 and ACK. */
export async function dial(bed: Testbed, phone: SipPhone, parts: MessageParts = {}): Promise<Leg> {
  const invite = phone.call('INVITE', bed.uri('service'), { body: OFFER, ...parts });
  const ok = await phone.response(200, 'INVITE');
  phone.ack(invite, ok);
  return { phone, invite, ok, ask: (method, own) => phone.inDialog(method, invite, ok, own) };
}

/** The phone is called, answers, and gets the ACK. */
export async function pickUp(phone: SipPhone, parts: MessageParts = {}): Promise<Leg & { ack: SipRequest }> {
  const invite = await phone.request('INVITE');
  const ok = phone.reply(invite, 200, 'OK', { body: ANSWER, ...parts });
  const ack = await phone.request('ACK');
  return { phone, invite, ok, ack, ask: (method, own) => phone.inAnsweredDialog(method, invite, ok, own) };
}

export interface Call {
  srf: Srf;
  leg: Leg;
  dialog: Dialog;
}

/** A call that a phone makes and an application answers. */
export async function callIn(bed: Testbed, options: UasOptions = {}, parts?: MessageParts): Promise<Call> {
  const { promise, resolve } = deferred<Dialog>();
  const srf = await bed.application((app) =>
    app.invite(async (req, res) => resolve(await app.createUAS(req, res, { localSdp: ANSWER, ...options }))),
  );
  const leg = await dial(bed, await bed.phone('caller'), parts);
  return { srf, leg, dialog: await promise };
}

/** A call that an application makes and a phone answers. */
export async function callOut(bed: Testbed, parts?: MessageParts): Promise<Call> {
  const srf = await bed.application();
  const phone = await bed.phone('callee');
  const calling = srf.createUAC(uriOf(phone), { localSdp: OFFER });
  const leg = await pickUp(phone, parts);
  return { srf, leg, dialog: await calling };
}

/** A call of either kind, for what holds in both. */
export const CALLS = [
  ['answered', callIn],
  ['placed', callOut],
] as const;

/** What rings at a phone, as the INVITE that it has, and as the request and the outcome that the application has. */
export interface Ringing {
  invite: SipRequest;
  request: Message;
  calling: Promise<Dialog>;
}

/** An application calls a phone, which rings. */
export async function ring(srf: Srf, phone: SipPhone): Promise<Ringing> {
  const sent = deferred<Message>();
  const progress = { cbRequest: (_: Error | null, request: Message) => sent.resolve(request) };
  const calling = srf.createUAC(uriOf(phone), { localSdp: OFFER }, progress);
  // Whoever has called it off looks at its end later.
  calling.catch(() => undefined);
  const invite = await phone.request('INVITE');
  phone.reply(invite, 180, 'Ringing');
  return { invite, request: await sent.promise, calling };
}

/** A promise and what settles it. */
export function deferred<T = void>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** What a message's body says. */
export const bodyOf = (message: SipRequest | SipResponse) => Buffer.from(message.body).toString();

/** The number of the CSeq. */
export const sequenceOf = (message: SipRequest | SipResponse) =>
  Number.parseInt(header(message, 'CSeq') ?? '', 10);

/** The SipError that a call ends in. @throws when it does not. */
export async function failureOf(calling: Promise<unknown>): Promise<SipError> {
  const outcome: unknown = await calling.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (outcome instanceof Srf.SipError) return outcome;
  throw new Error(`expected a SipError, got ${outcome}`);
}
