import type { Why } from '@ringback/contracts';
import { CHROMIUM, CHROMIUM_FLAGS } from '@ringback/testing';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPhone } from './support/browser.ts';
import { healthy } from './support/network.ts';
import { WhyNetwork } from './support/why-network.ts';

/** A browser that gives no microphone, and lets no WebRTC out over UDP, as a strict policy has it. */
const STRICT = [
  ...CHROMIUM_FLAGS.filter((flag) => flag !== '--use-fake-ui-for-media-stream'),
  '--deny-permission-prompts',
  '--force-webrtc-ip-handling-policy=disable_non_proxied_udp',
];

/** What something between browser and network would do that changes descriptions. */
function spoilFingerprints(): void {
  const { send } = WebSocket.prototype;
  WebSocket.prototype.send = function (data) {
    const spoilt = typeof data === 'string' ? data.replace(/^(a=fingerprint:\S+ )../gm, '$100') : data;
    send.call(this, spoilt);
  };
}

describe.skipIf(!CHROMIUM)('why a call with a browser failed', () => {
  let world: WhyNetwork;
  let strict: Browser;
  let friendly: Browser;
  let page: Page;
  let number: string;
  /** RFC 4028 4: no session is shorter than 90 s. So it begins first, and nothing waits for it. */
  let expired: Promise<Why>;

  const launch = (args: readonly string[]) =>
    chromium.launch({ executablePath: CHROMIUM ?? 'chromium', headless: true, args: [...args] });

  beforeAll(async () => {
    world = await WhyNetwork.start();
    await healthy(world.network);
    expired = unrefreshed();
    expired.catch(() => undefined);
    [strict, friendly] = await Promise.all([launch(STRICT), launch(CHROMIUM_FLAGS)]);
    page = await (await strict.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
    number = await openPhone(page, world.network.pageUrl);
  }, 120_000);
  afterAll(async () => {
    await strict?.close();
    await friendly?.close();
    await world?.stop();
  });

  /** Both phones say that they are there, and the one that has to refresh the session does not. */
  async function unrefreshed(): Promise<Why> {
    const headers = { Supported: 'timer', 'Session-Expires': '90;refresher=uac' };
    const { caller, callee, invite } = await world.talking({ headers });
    const stays = async ({ sip }: typeof caller): Promise<void> =>
      sip.request('OPTIONS', 100_000).then(
        (options) => {
          sip.reply(options, 200, 'OK');
          return stays({ sip } as typeof caller);
        },
        () => undefined,
      );
    void stays(caller);
    void stays(callee);
    return world.whyOf(invite, 110_000);
  }

  /** The page dials a phone, which answers and talks; gives the id of the call. */
  async function dialled(from: Page, listening: boolean): Promise<string> {
    const { phone, number: to } = await world.phone();
    await from.getByLabel('Number to dial').fill(to);
    await from.getByRole('button', { name: 'Call', exact: true }).click();
    if (listening) await from.getByRole('button', { name: 'Call and only listen' }).click();
    phone.talk((await phone.answer()).invite);
    const { body } = await world.network.api<{ calls: { id: string }[] }>('/api/calls?limit=1');
    return body.calls[0]?.id ?? '';
  }

  it('because it gives no microphone; the page of the call says so and shows the proof', async () => {
    const { phone } = await world.phone();
    const invite = await phone.invite(number);
    await page.getByRole('button', { name: 'Answer', exact: true }).click();
    await page.getByRole('button', { name: 'Answer and only listen' }).waitFor();
    await page
      .getByRole('button', { name: /^(Reject|Decline)/ })
      .first()
      .click();
    await phone.sip.response(603, 'INVITE');
    const why = await world.whyOf(invite);
    expect(why).toMatchObject({ rule: 'microphone-refused', reference: 'RFC 3261 20.43' });
    expect(why.because[0]?.text).toMatch(/The page said: .*microphone/);

    const { body } = await world.network.api<{ calls: { id: string }[] }>('/api/calls?limit=1');
    await page.goto(`${world.network.pageUrl}/calls/${body.calls[0]?.id}`);
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

  it('because ICE finds no path', async () => {
    await page.goto(world.network.pageUrl);
    const id = await dialled(page, true);
    // As long as somebody says hello to nobody.
    await page.waitForTimeout(4000);
    await page.getByRole('button', { name: 'Hang up' }).first().click();
    const why = await world.why(id);
    expect(why).toMatchObject({ rule: 'ice-failed', reference: 'RFC 8445 8.1.2' });
    expect(why.because[0]?.text).toBe('The browser named no address for UDP (a=candidate).');
  });

  it('because its certificate is not the one that its description names', async () => {
    const other = await (await friendly.newContext()).newPage();
    await other.addInitScript(spoilFingerprints);
    await openPhone(other, world.network.pageUrl);
    const why = await world.why(await dialled(other, false));
    expect(why).toMatchObject({ rule: 'dtls-failed', reference: 'RFC 8122 5' });
  });

  it('or one with a phone, because nobody refreshed its session', async () => {
    expect(await expired).toMatchObject({ rule: 'session-expired', reference: 'RFC 4028 10' });
  });
});
