import { header, type SipRequest, type SipResponse } from '@ringback/sip';
import type { MessageParts, SipPhone } from '@ringback/testing';
import { deferred, type Leg } from './calls.ts';
import { ANSWER, OFFER } from './sdp.ts';
import type { B2buaOptions, Dialog, Message, Progress, Response, Srf } from './srf.ts';
import { type Testbed, uriOf } from './testbed.ts';

/** What createB2BUA came to: both dialogs, or why there are none. */
export type Outcome = { uas: Dialog; uac: Dialog; error?: undefined } | { error: unknown };

/** A caller and a callee with a B2BUA between them; nothing is sent yet. */
export interface Arrangement {
  srf: Srf;
  caller: SipPhone;
  callee: SipPhone;
  outcome: Promise<Outcome>;
  incoming: Promise<{ req: Message; res: Response }>;
  /** The caller's INVITE, and as it arrives at the callee. */
  call(parts?: MessageParts): Promise<{ invite: SipRequest; called: SipRequest }>;
}

export async function arrange(
  bed: Testbed,
  options: B2buaOptions = {},
  progress: Progress = {},
): Promise<Arrangement> {
  const [caller, callee] = [await bed.phone('caller'), await bed.phone('callee')];
  const outcome = deferred<Outcome>();
  const incoming = deferred<{ req: Message; res: Response }>();
  const srf = await bed.application((app) =>
    app.invite((req, res) => {
      incoming.resolve({ req, res });
      app
        .createB2BUA(req, res, uriOf(callee), options, progress)
        .then(outcome.resolve, (error: unknown) => outcome.resolve({ error }));
    }),
  );
  const call = async (parts: MessageParts = {}) => {
    const invite = caller.call('INVITE', bed.uri('service'), { body: OFFER, ...parts });
    return { invite, called: await callee.request('INVITE') };
  };
  return { srf, caller, callee, outcome: outcome.promise, incoming: incoming.promise, call };
}

export interface Connected {
  a: Leg;
  b: Leg;
  uas: Dialog;
  uac: Dialog;
}

/** A call that is up on both sides. */
export async function connect(bed: Testbed, options: B2buaOptions = {}): Promise<Connected> {
  const { caller, callee, outcome, call } = await arrange(bed, options);
  const { invite, called } = await call();
  const answer = callee.reply(called, 200, 'OK', { body: ANSWER });
  await callee.request('ACK');
  const ok = await caller.response(200, 'INVITE');
  caller.ack(invite, ok);
  const dialogs = await outcome;
  if (dialogs.error !== undefined) throw dialogs.error;
  const { uas, uac } = dialogs as { uas: Dialog; uac: Dialog };
  return {
    a: { phone: caller, invite, ok, ask: (method, own) => caller.inDialog(method, invite, ok, own) },
    b: {
      phone: callee,
      invite: called,
      ok: answer,
      ask: (method, own) => callee.inAnsweredDialog(method, called, answer, own),
    },
    uas,
    uac,
  };
}

/** The dialogs hang each other up, as every B2BUA has it. */
export function hangUpTogether({ uas, uac }: { uas: Dialog; uac: Dialog }): void {
  uas.on('destroy', () => uac.destroy());
  uac.on('destroy', () => uas.destroy());
}

export const callIdOf = (message: SipRequest | SipResponse) => header(message, 'Call-ID');
