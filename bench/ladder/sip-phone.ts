import { type Network, SUBSCRIBERS } from '../../tests/e2e/support/network.ts';
import { ScriptedPhone } from '../../tests/e2e/support/scripted-phone.ts';

/** A phone that takes the next `calls` calls, one after the other, and is hung up on. */
export async function answeringPhone(
  network: Network,
  calls: number,
): Promise<{ number: string; close(): void }> {
  const number = '1002';
  const phone = await ScriptedPhone.open(network, { number, password: SUBSCRIBERS[number] });
  await phone.register();
  const take = async () => {
    const invite = await phone.sip.request('INVITE', WAIT_MS);
    phone.sip.reply(invite, 180, 'Ringing');
    phone.sip.reply(invite, 200, 'OK', { body: phone.sdp() });
    phone.talk(invite);
    phone.sip.reply(await phone.sip.request('BYE', WAIT_MS), 200, 'OK');
  };
  const all = async () => {
    for (let call = 0; call < calls; call += 1) await take();
  };
  all().catch((error: unknown) => console.error('the phone takes no more calls', error));
  return { number, close: () => phone.close() };
}

const WAIT_MS = 60_000;
