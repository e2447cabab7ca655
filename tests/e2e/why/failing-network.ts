import type { Health, PartHealth } from '@ringback/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectRecordsToAgree, expectWhy } from '../support/expect-why.ts';
import { speak } from '../support/network.ts';
import { WhyNetwork } from '../support/why-network.ts';

/** A network of its own, whose parts fail one after the other; it is stopped without two of them. */
export function failingNetwork(): void {
  describe('a network that fails', () => {
    let world: WhyNetwork;
    /** Of a phone that is registered when nobody can register any more. */
    let number: string;
    beforeAll(async () => {
      world = await WhyNetwork.start({ phones: 20, ownSipServer: true });
    });
    afterAll(() => world?.stop());

    const stateOf = async (part: PartHealth['part']) =>
      (await world.network.api<Health>('/api/health')).body.parts.find((one) => one.part === part)?.state;

    it('by a voice without ports', async () => {
      const { number } = await world.phone();
      const id = await world.withoutPorts(async () => {
        const ordered = await speak(world.network, number, 'Nobody will hear this.');
        await world.why(ordered);
        return ordered;
      });
      expectWhy(await world.why(id), 'no-media-ports', /no free UDP port/, 'RFC 3261 21.5.1');
    });

    it('by a media server that is not fast enough for who hangs up at once', async () => {
      const { callee, invite, received } = await world.ringing();
      world.engine.pause();
      const ok = callee.sip.reply(received, 200, 'OK', { body: callee.sdp() });
      await callee.sip.request('ACK');
      callee.sip.inAnsweredDialog('BYE', received, ok, { headers: { CSeq: '1 BYE' } });
      await callee.sip.response(200, 'BYE');
      world.engine.goOn();
      const why = await world.whyOf(invite);
      expectWhy(why, 'hung-up-at-once', /picked up and hung up at once/, 'RFC 3261 15.1');
    });

    it('by a media server that does not answer', async () => {
      const [caller, callee] = await Promise.all([world.phone(), world.phone()]);
      world.engine.pause();
      const invite = await caller.phone.invite(callee.number);
      await caller.phone.outcome(invite, 503);
      world.engine.goOn();
      const why = await world.whyOf(invite);
      expectWhy(why, 'media-server-silent', /does not answer/, 'RFC 3261 21.5.4');
    });

    it('by a media server that starts anew', async () => {
      const { invite } = await world.talking();
      await world.engine.restart();
      const why = await world.whyOf(invite);
      expectWhy(why, 'media-server-lost', /lost this call/, 'RFC 3261 21.5.4');
    });

    it('by being stopped', async () => {
      const { invite } = await world.talking();
      await world.again('SIGTERM');
      const why = await world.whyOf(invite);
      expectWhy(why, 'network-stopped', /was stopped during this call/, 'RFC 3261 21.5.4');
    });

    it('without warning', async () => {
      const { invite } = await world.talking();
      await world.again('SIGKILL');
      const why = await world.whyOf(invite);
      expectWhy(why, 'network-interrupted', /ended without warning/, 'RFC 3261 15');
    });

    it('by the loss of its SIP server, which then takes no calls', async () => {
      number = (await world.phone()).number;
      const { invite } = await world.talking();
      world.sipServer?.cut();
      const why = await world.whyOf(invite);
      expectWhy(why, 'sip-server-lost', /connection to the SIP server was lost/, 'RFC 3261 8.1.3.1');
      const refused = await world.why(await speak(world.network, number, 'Nobody will hear this.'));
      expectWhy(refused, 'overloaded', /The network took no calls/, 'RFC 3261 21.5.4');
    });

    it('by a voice that has no SIP server any more', async () => {
      await world.sipServer?.kill();
      await expect.poll(() => stateOf('voice'), { timeout: 20_000 }).not.toBe('up');
      await expect(speak(world.network, number, 'Nobody will hear this.')).rejects.toThrow(/503/);
      const why = await world.whyOfThat(({ to }) => to.number === number);
      expectWhy(why, 'no-voice', /No voice was there/, 'RFC 3261 21.4.18');
    });

    it('tells the same in its records', async () => {
      await expectRecordsToAgree(world);
    });
  });
}
