import { CHROMIUM, CHROMIUM_FLAGS } from '@ringback/testing';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPhone } from '../support/browser.ts';
import { expectWhy } from '../support/expect-why.ts';
import { watchConnections } from '../support/softphone.ts';
import type { WhyNetwork } from '../support/why-network.ts';

/** A browser that gives no microphone, and lets no WebRTC out over UDP, as a strict policy has it. */
const STRICT = [
  ...CHROMIUM_FLAGS.filter((flag) => flag !== '--use-fake-ui-for-media-stream'),
  '--deny-permission-prompts',
  // What the policy of that name sets. Its namesake with `--force-` in front is heeded by headless shells alone.
  '--webrtc-ip-handling-policy=disable_non_proxied_udp',
];

export function browsers(world: () => WhyNetwork): void {
  describe.skipIf(!CHROMIUM)('a call with a browser', () => {
    let strict: Browser;
    let friendly: Browser;
    let page: Page;
    let number: string;

    const launch = (args: readonly string[]) =>
      chromium.launch({ executablePath: CHROMIUM ?? 'chromium', headless: true, args: [...args] });

    beforeAll(async () => {
      [strict, friendly] = await Promise.all([launch(STRICT), launch(CHROMIUM_FLAGS)]);
      page = await (await strict.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
      number = await openPhone(page, world().network.pageUrl);
    });
    afterAll(async () => {
      await strict?.close();
      await friendly?.close();
    });

    /** A friendly browser, prepared, that is registered. */
    async function another(prepare: (page: Page) => Promise<unknown>): Promise<Page> {
      const other = await (await friendly.newContext()).newPage();
      await prepare(other);
      await openPhone(other, world().network.pageUrl);
      return other;
    }

    /** The page dials a phone, which answers and talks; gives the id of the call. */
    async function dialled(from: Page, listening: boolean): Promise<string> {
      const { phone, number: to } = await world().phone();
      await from.getByLabel('Number to dial').fill(to);
      await from.getByRole('button', { name: 'Call', exact: true }).click();
      if (listening) await from.getByRole('button', { name: 'Call and only listen' }).click();
      phone.talk((await phone.answer()).invite);
      await from.getByRole('region', { name: 'Call in progress' }).getByText('in call').first().waitFor();
      const call = (await world().records()).find((record) => record.to.number === to);
      return call?.id ?? '';
    }

    it('that gives no microphone: the page of the call says so and shows the proof', async () => {
      const { phone } = await world().phone();
      const invite = await phone.invite(number);
      await page.getByRole('button', { name: 'Answer', exact: true }).click();
      await page.getByRole('button', { name: 'Answer and only listen' }).waitFor();
      await page
        .getByRole('button', { name: /^(Reject|Decline)/ })
        .first()
        .click();
      await phone.sip.response(603, 'INVITE');
      const why = await world().whyOf(invite);
      expectWhy(why, 'microphone-refused', /gave it no microphone/, 'RFC 3261 20.43');
      expect(why.because[0]?.text).toMatch(/The page said: .*microphone/);

      await page.goto(`${world().network.pageUrl}/calls`);
      const row = page
        .getByRole('table', { name: 'Calls' })
        .getByRole('row')
        .filter({ hasText: why.sentence });
      await row.getByRole('link').first().click();
      const line = page.getByRole('region', { name: 'Why it ended' });
      await line.getByText(why.sentence).waitFor();
      await line.getByText(why.remedy ?? '').waitFor();
      const link = line.getByRole('link', { name: why.reference });
      expect(await link.getAttribute('href')).toBe('https://www.rfc-editor.org/rfc/rfc3261#section-20.43');
      const proof = line.getByRole('button', { name: /^603 Decline/ });
      await proof.click();
      expect(await proof.getAttribute('aria-pressed')).toBe('true');
      await page.getByText('Warning').first().waitFor();
    });

    it('for which ICE finds no path', async () => {
      await page.goto(world().network.pageUrl);
      const id = await dialled(page, true);
      // As long as somebody says hello to nobody.
      await page.waitForTimeout(4000);
      await page.getByRole('button', { name: 'Hang up' }).first().click();
      const why = await world().why(id);
      expectWhy(why, 'ice-failed', /ICE found no path/, 'RFC 8445 8.1.2');
      expect(why.because[0]?.text).toBe('The browser named no address for UDP (a=candidate).');
    });

    it('that only listens is not to blame for anything', async () => {
      const other = await another((page) => page.addInitScript(refuseMicrophone));
      const id = await dialled(other, true);
      // So long without sound would count as no path.
      await other.waitForTimeout(4000);
      await other.getByRole('button', { name: 'Hang up' }).first().click();
      const why = await world().why(id);
      expectWhy(why, 'ordinary', /the caller hung up after/, 'RFC 3261 15.1');
    });

    it('whose certificate is not the one that its description names', async () => {
      const other = await another((page) => page.addInitScript(spoilFingerprints));
      const why = await world().why(await dialled(other, false));
      expectWhy(why, 'dtls-failed', /DTLS handshake failed/, 'RFC 8122 5');
    });

    it('that closes its sound without hanging up', async () => {
      const other = await another(watchConnections);
      const id = await dialled(other, false);
      await other.evaluate(() => {
        const { connections } = (window as unknown as { opened: { connections: RTCPeerConnection[] } })
          .opened;
        for (const connection of connections) connection.close();
      });
      const why = await world().why(id);
      expectWhy(why, 'media-path-closed', /closed the path of the sound/, 'RFC 5246 7.2.1');
    });
  });
}

/** As somebody does who is asked for it. */
function refuseMicrophone(): void {
  navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('No', 'NotAllowedError'));
}

/** What something between browser and network would do that changes descriptions. */
function spoilFingerprints(): void {
  const { send } = WebSocket.prototype;
  WebSocket.prototype.send = function (data) {
    const spoilt = typeof data === 'string' ? data.replace(/^(a=fingerprint:\S+ )../gm, '$100') : data;
    send.call(this, spoilt);
  };
}
