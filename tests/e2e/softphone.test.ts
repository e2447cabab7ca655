import type { Call, CallDetail, CallPage } from '@ringback/contracts';
import { CHROMIUM, CHROMIUM_FLAGS } from '@ringback/testing';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { BARESIP, type Baresip, startBaresip } from './support/baresip.ts';
import { openPhone, startChromium } from './support/browser.ts';
import { healthy, type Network, SUBSCRIBERS, settings, startNetwork } from './support/network.ts';
import {
  button,
  crossing,
  dial,
  hears,
  leftOpen,
  losePaths,
  says,
  secondOf,
  watchConnections,
} from './support/softphone.ts';

/** Where a page that was loaded from another machine over plain HTTP comes from; it leads to this one. */
const ANOTHER_MACHINE = '192.0.2.9';

interface OpenOptions {
  from?: Browser;
  prepare?: (page: Page) => Promise<void>;
  pageUrl?: string;
}

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

describe.skipIf(!CHROMIUM)('the softphone', () => {
  let env: Record<string, string>;
  let network: Network;
  let browser: Browser;

  beforeAll(async () => {
    env = await settings();
    network = await startNetwork(env);
    await healthy(network);
    browser = await startChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await network?.stop();
  });

  async function openPage(
    options: BrowserContextOptions = {},
    search = '',
    { from = browser, prepare, pageUrl = network.pageUrl }: OpenOptions = {},
  ): Promise<{ page: Page; number: string }> {
    const context = await from.newContext(options);
    closers.push(() => context.close());
    const page = await context.newPage();
    await watchConnections(page);
    await prepare?.(page);
    return { page, number: await openPhone(page, pageUrl + search) };
  }

  async function baresip(number: keyof typeof SUBSCRIBERS, answer: 'auto' | 'manual'): Promise<Baresip> {
    const phone = await startBaresip({
      number,
      password: SUBSCRIBERS[number],
      registrar: network.sip,
      answer,
    });
    closers.push(() => phone.stop());
    await phone.event('REGISTER_OK');
    return phone;
  }

  const uriOf = (number: string) => `sip:${number}@${network.sip.host}:${network.sip.port}`;

  async function newestCall(ready: (call: CallDetail) => boolean): Promise<CallDetail> {
    const { body } = await network.api<CallPage>('/api/calls');
    return network.call((body.calls[0] as Call).id, ready);
  }

  /** The directions of all SDP of the newest call since `from`, as `INVITE sendonly`, in wire order. */
  async function directions(from = 0): Promise<string[]> {
    const { id } = await newestCall(() => true);
    const messages = await network.messages(id);
    return messages.slice(from).flatMap(({ summary, raw }) => {
      const direction = /^a=(sendrecv|sendonly|recvonly|inactive)\r?$/m.exec(raw)?.[1];
      return direction ? [`${summary.split(' ')[0]} ${direction}`] : [];
    });
  }

  const messageCount = async () => (await network.messages((await newestCall(() => true)).id)).length;

  /** Two pages in a call with each other. */
  async function talking(
    prepare: (page: Page) => Promise<void> = async () => undefined,
  ): Promise<{ alice: Page; bob: Page; aliceNumber: string; bobNumber: string }> {
    const [{ page: alice, number: aliceNumber }, { page: bob, number: bobNumber }] = await Promise.all([
      openPage({}, '', { prepare }),
      openPage({}, '', { prepare }),
    ]);
    await dial(alice, bobNumber);
    await button(bob, 'Answer').click();
    await says(alice, 'in call');
    await says(bob, 'in call');
    return { alice, bob, aliceNumber, bobNumber };
  }

  it('holds and resumes: who holds is said on both sides, in the SDP, and heard', async () => {
    const { alice, bob } = await talking();
    await hears(alice);
    await hears(bob);

    let seen = await messageCount();
    await button(alice, 'Hold').click();
    await says(alice, 'on hold by you');
    await says(bob, /has put you on hold/);
    expect(await directions(seen)).toEqual([
      'INVITE sendonly',
      'INVITE sendonly',
      '200 recvonly',
      '200 recvonly',
    ]);
    expect((await secondOf(alice)).packets).toBe(0);
    expect((await secondOf(bob)).energy).toBeLessThan(0.0001);

    seen = await messageCount();
    await button(bob, 'Hold').click();
    await says(bob, /on hold by you and by/);
    await says(alice, /on hold by you and by/);
    expect(await directions(seen)).toEqual(
      Array(2).fill('INVITE inactive').concat(Array(2).fill('200 inactive')),
    );

    await button(alice, 'Resume').click();
    await says(bob, 'on hold by you');
    await says(alice, /has put you on hold/);
    seen = await messageCount();
    await button(bob, 'Resume').click();
    await says(alice, 'in call');
    await says(bob, 'in call');
    expect(new Set(await directions(seen))).toEqual(new Set(['INVITE sendrecv', '200 sendrecv']));
    await hears(alice);
    await hears(bob);

    await button(alice, 'Hang up').click();
    await bob
      .getByText(/hung up\./)
      .first()
      .waitFor();
    for (const page of [alice, bob])
      expect(await leftOpen(page)).toMatchObject({ made: 1, connections: 0, microphones: 0 });
  });

  it('both hold at the same moment and the offers cross: whoever is refused asks again', async () => {
    const offers = crossing(2);
    const { alice, bob } = await talking(offers.prepare);
    // One of them is refused; then both, as the answers come later than the offers.
    for (const answerAfterMs of [0, 300]) {
      const seen = await messageCount();
      offers.arm(answerAfterMs);
      await Promise.all([button(alice, 'Hold').click(), button(bob, 'Hold').click()]);
      await says(alice, /on hold by you and by/);
      await says(bob, /on hold by you and by/);
      const messages = await network.messages((await newestCall(() => true)).id);
      const refused = messages.slice(seen).filter(({ summary }) => summary.startsWith('491 '));
      expect(refused.length).toBeGreaterThan(0);

      await button(alice, 'Resume').click();
      await says(alice, /has put you on hold/);
      await button(bob, 'Resume').click();
      await says(alice, 'in call');
      await says(bob, 'in call');
    }
    await hears(alice);
    await hears(bob);
  });

  it.skipIf(!BARESIP)('a call that waits is answered, swapped and refused', async () => {
    const { alice, bob, aliceNumber } = await talking();
    const phone = await baresip('1001', 'manual');
    phone.command('dial', uriOf(aliceNumber));
    const waiting = alice.getByRole('listitem', { name: 'Call with Alice' });
    await waiting.getByText('is calling').waitFor();
    expect(await alice.title()).toContain('Alice is calling');
    await says(alice, 'in call');

    await waiting.getByRole('button', { name: 'Hold and answer' }).click();
    await phone.event('CALL_ESTABLISHED');
    await says(bob, /has put you on hold/);
    await hears(alice);
    const aside = alice.getByRole('list', { name: 'Other calls' }).getByRole('listitem');
    await aside.getByText('on hold by you').waitFor();

    await aside.getByRole('button', { name: 'Swap' }).click();
    await says(bob, 'in call');
    await aside.getByText('Alice').waitFor();
    await hears(bob);

    await button(alice, 'Hang up').click();
    await bob
      .getByText(/hung up\./)
      .first()
      .waitFor();
    await button(alice, 'Resume').click();
    await says(alice, 'in call');
    await hears(alice);
    phone.command('hangup');
    await alice.getByText('Alice hung up.').first().waitFor();

    await dial(alice, '9197');
    await says(alice, 'in call');
    phone.command('dial', uriOf(aliceNumber));
    await waiting.getByRole('button', { name: 'Busy' }).click();
    await phone.event('CALL_CLOSED');
    expect((await newestCall(({ end }) => end !== null)).end?.sipStatus).toBe(486);
    await says(alice, 'in call');
    await button(alice, 'Hang up').click();
    await expect.poll(() => leftOpen(alice)).toMatchObject({ made: 3, connections: 0, microphones: 0 });
  });

  it.skipIf(!BARESIP)(
    'is put on hold by another phone, sends it keys both ways, and swaps calls it made',
    async () => {
      const { page } = await openPage();
      const phone = await baresip('1002', 'auto');
      await dial(page, '1002');
      await phone.event('CALL_ESTABLISHED');
      await says(page, 'in call');
      await hears(page);

      phone.command('hold');
      await says(page, /has put you on hold/);
      // Whoever holds may go on sending, as music does; the page sends nothing.
      expect((await secondOf(page)).sent).toBe(0);
      const key = (name: string) =>
        page.getByRole('group', { name: 'Tones' }).getByRole('button', { name, exact: true });
      // A key that is pressed on hold waits, and so does one while the stream is not up yet.
      await key('4').click();
      phone.command('resume');
      await says(page, 'in call');
      await key('5').click();
      expect((await phone.event('CALL_DTMF_START')).param).toBe('4');
      expect((await phone.event('CALL_DTMF_START')).param).toBe('5');
      await hears(page);
      await expect.poll(async () => (await secondOf(page)).sent).toBeGreaterThan(40);

      await button(page, 'Sound and keys').click();
      await page.getByText('SIP INFO', { exact: true }).click();
      await key('hash').click();
      const infos = async () => {
        const messages = await network.messages((await newestCall(() => true)).id);
        return messages.flatMap(({ raw }) =>
          raw.startsWith('INFO ') ? [/^Signal=(.)/m.exec(raw)?.[1]] : [],
        );
      };
      // On our leg and, passed on, on the other.
      await expect.poll(infos).toEqual(['#', '#']);

      await button(page, 'Add call').click();
      await dial(page, '9197');
      await says(page, 'in call');
      await page.getByRole('button', { name: 'Swap' }).click();
      await page.getByRole('listitem', { name: 'Call with 9197' }).waitFor();
      await hears(page);
      await page
        .getByRole('listitem', { name: 'Call with 9197' })
        .getByRole('button', { name: 'End' })
        .click();
      await button(page, 'Hang up').click();
      await expect.poll(() => leftOpen(page)).toMatchObject({ made: 2, connections: 0, microphones: 0 });
    },
  );

  it.each([
    ['Reject', 603],
    ['Busy', 486],
  ] as const)('%s tells the caller %i', async (name, sipStatus) => {
    const [{ page: alice }, { page: bob, number }] = await Promise.all([openPage(), openPage()]);
    await dial(alice, number);
    await alice.getByText('ringing', { exact: true }).first().waitFor();
    await button(bob, name).click();
    await alice
      .getByText(sipStatus === 486 ? /is busy\./ : /declined the call\./)
      .first()
      .waitFor();
    expect((await newestCall(({ end }) => end !== null)).end).toMatchObject({ by: 'callee', sipStatus });
  });

  it('tells of a call in a tab out of sight, once it was allowed to at a natural moment', async () => {
    const { page, number } = await openPage();
    await page.evaluate(() => {
      const told: string[] = [];
      const asked: string[] = [];
      let permission = 'default';
      class Notified extends EventTarget {
        static get permission() {
          return permission;
        }
        static async requestPermission() {
          asked.push('asked');
          permission = 'granted';
          return permission;
        }
        constructor(title: string) {
          super();
          told.push(title);
        }
        close() {
          told.push('closed');
        }
      }
      Object.assign(window, { Notification: Notified, told, asked });
      Object.defineProperty(document, 'hidden', { get: () => true });
    });
    const told = () => page.evaluate(() => (window as unknown as { told: string[] }).told);
    await button(page, 'Test your sound').click();
    await says(page, 'in call');
    await page.getByText('Your microphone is heard').waitFor();
    await page.getByText('It comes back from the network').waitFor();
    await button(page, 'Hang up').click();
    expect(await page.evaluate(() => (window as unknown as { asked: string[] }).asked)).toEqual([]);
    await button(page, 'Notify me of calls').click();

    const { page: caller } = await openPage();
    await dial(caller, number);
    await expect.poll(told).toEqual([expect.stringMatching(/is calling$/)]);
    await button(caller, 'Hang up').click();
    await expect.poll(told).toHaveLength(2);
    expect((await told())[1]).toBe('closed');
  });

  it('dials what is pasted, calls the last number again, and answers by itself', async () => {
    const { page: callee, number } = await openPage({}, '/?autoanswer=1');
    const { page } = await openPage({ permissions: ['clipboard-read', 'clipboard-write'] });
    await page.evaluate((text) => navigator.clipboard.writeText(text), ` tel:${number.split('').join(' ')} `);
    await page.getByLabel('Number to dial').focus();
    await page.keyboard.press('Control+V');
    expect(await page.getByLabel('Number to dial').inputValue()).toBe(number);
    await button(page, 'Call').click();
    await says(page, 'in call');
    await says(callee, 'in call');
    await button(callee, 'Hang up').click();
    await button(page, `Redial ${number}`).click();
    await says(page, 'in call');
    await button(page, 'Hang up').click();
    await page.getByRole('region', { name: 'Recent calls' }).getByRole('button').first().waitFor();
  });

  it('says what to do when the microphone is refused or the origin insecure, and can listen without', async () => {
    const strict = await chromium.launch({
      executablePath: CHROMIUM ?? 'chromium',
      headless: true,
      args: [
        ...CHROMIUM_FLAGS.filter((flag) => flag !== '--use-fake-ui-for-media-stream'),
        `--host-resolver-rules=MAP ${ANOTHER_MACHINE} 127.0.0.1`,
      ],
    });
    closers.push(() => strict.close());
    const insecureUrl = network.pageUrl.replace('localhost', ANOTHER_MACHINE);
    for (const [pageUrl, sentence, remedy] of [
      [network.pageUrl, 'The browser did not allow the microphone.', /icon beside the address/],
      [insecureUrl, /gives? the microphone only to a page on a secure origin/, /http:\/\/localhost/],
    ] as const) {
      const { page } = await openPage({ permissions: [] }, '', { from: strict, pageUrl });
      await dial(page, '9197');
      await page.getByText(sentence).waitFor();
      await page.getByText(remedy).waitFor();
      await button(page, 'Call and only listen').click();
      await says(page, /you only listen/);
      await hears(page);
      await button(page, 'Hang up').click();
      await expect.poll(() => leftOpen(page)).toMatchObject({ connections: 0, microphones: 0 });
    }
  });

  it('a reload hangs up: BYE on the wire, and the record says who ended it', async () => {
    const { alice, bob } = await talking();
    await alice.reload();
    await bob
      .getByText(/hung up\./)
      .first()
      .waitFor();
    const call = await newestCall(({ status }) => status === 'completed');
    expect(call.end).toMatchObject({ by: 'caller', sipStatus: 200 });
    const byes = (await network.messages(call.id)).filter(({ summary }) => summary.startsWith('BYE '));
    expect(byes).toHaveLength(2);
    await alice
      .getByText(/^Registered as/)
      .first()
      .waitFor();
  });

  it('a media path that dies under a call ends both legs, with a Reason that says so', async () => {
    const { alice } = await talking();
    const { id } = await newestCall(() => true);
    await losePaths(alice);
    const { end } = await network.call(id, (call) => call.end !== null);
    expect(end).toMatchObject({ by: 'network', code: 'media-path-failed', sipStatus: 503 });
    expect(end?.sentence).toContain('The media path to the caller failed');
    const byes = (await network.messages(id)).filter(({ summary }) => summary.startsWith('BYE '));
    expect(byes).toHaveLength(2);
    for (const { raw } of byes) expect(raw).toMatch(/^Reason: Q\.850;cause=41;text="The media path/m);
  });

  it('registers again by itself after the servers were started anew', async () => {
    const { page, number } = await openPage();
    expect(await page.locator('#line-renewal').innerText()).toMatch(/^renews in 0:\d\d$|^renews in 1:00$/);
    await network.processes[0]?.stop();
    await page.getByText(`Reconnecting as ${number}`).first().waitFor();
    network = await startNetwork(env);
    await page.getByText(`Registered as ${number}`).first().waitFor({ timeout: 30_000 });
    await dial(page, '9196');
    await says(page, 'in call');
    await hears(page);
  });
});
