import type { SipPhone } from '@ringback/testing';
import type Srf from 'drachtio-srf';
import type { Dialog, Message, Response } from 'drachtio-srf';
import { deferred, type Network } from './network.ts';

export const RESOURCE = 'sip:1001@ringback.local';

/** An application that grants every SUBSCRIBE and REFER. */
export async function notifying(
  network: Network,
  headers: Record<string, string> = {},
): Promise<{ srf: Srf; granted: Promise<{ dialog: Dialog; req: Message }> }> {
  const granted = deferred<{ dialog: Dialog; req: Message }>();
  const grant = async (app: Srf, req: Message, res: Response) =>
    granted.resolve({ dialog: await app.createUAS(req, res, { headers }), req });
  const srf = await network.application((app) => {
    app.subscribe((req, res) => void grant(app, req, res));
    app.refer((req, res) => void grant(app, req, res));
    app.register((_req, res) => res.send(200, { headers: { Expires: '600' } }));
  });
  return { srf, granted: granted.promise };
}

export const subscribe = (phone: SipPhone, headers: Record<string, string> = {}) =>
  phone.call('SUBSCRIBE', RESOURCE, { headers: { Event: 'presence', Expires: '600', ...headers } });

export const state = (dialog: Dialog, subscriptionState: string, event = 'presence') =>
  dialog.request({
    method: 'NOTIFY',
    headers: { Event: event, 'Subscription-State': subscriptionState },
  });
