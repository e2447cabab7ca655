import { header, type SipRequest, type SipResponse } from '@ringback/sip';
import { type SubscriberPhone, sdp } from './subscriber-phone.ts';

const LONG_MS = 120_000;

/** Has a phone answer by itself: INVITE by 200, BYE by 200, CANCEL by 200. Ends with the phone. */
export function answerByItself(phone: SubscriberPhone): void {
  const respond = async (method: string, body?: string) => {
    for (;;) {
      const request = await phone.sip.request(method, LONG_MS);
      phone.sip.reply(request, 200, 'OK', body === undefined ? {} : { body });
    }
  };
  // What fails is the waiting, once nothing comes any more.
  const over = () => undefined;
  void respond('INVITE', sdp()).catch(over);
  void respond('BYE').catch(over);
  void respond('CANCEL').catch(over);
}

/** The final response to that INVITE, other than a challenge. */
export async function finalResponse(phone: SubscriberPhone, invite: SipRequest): Promise<SipResponse> {
  const same = (name: string, message: SipResponse) => header(message, name) === header(invite, name);
  for (let waitedMs = 0; waitedMs < 5_000; waitedMs += 2) {
    for (const message of phone.sip.log) {
      if (message.kind !== 'response' || message.status < 200) continue;
      if (same('Call-ID', message) && same('CSeq', message)) return message;
    }
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  throw new Error('no final response');
}
