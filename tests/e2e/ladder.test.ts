import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { CallDetail, Leg, QualityHistory, SipMessageRecord } from '@ringback/contracts';
import { CHROMIUM, hasSipp } from '@ringback/testing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPhone, startChromium } from './support/browser.ts';
import { capture } from './support/capture.ts';
import { healthy, type Network, SUBSCRIBERS, speak, startNetwork } from './support/network.ts';
import { freePort } from './support/ports.ts';
import { ScriptedPhone } from './support/scripted-phone.ts';
import { sipp, succeeded } from './support/sipp.ts';

const TEXT = 'Your table is ready.';
const TELEPHONE_EVENTS = 'a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\n';
const WIDE = { width: 1440, height: 900 };

describe.skipIf(!CHROMIUM)('the ladder of a call', () => {
  let network: Network;
  let chromium: Browser;
  let phone: Page;
  let number: string;
  let hepPort: number;
  let directory: string;
  const phones: ScriptedPhone[] = [];

  beforeAll(async () => {
    hepPort = await freePort();
    directory = await mkdtemp(join(tmpdir(), 'ringback-ladder-'));
    network = await startNetwork({ RINGBACK_HEP_PORT: String(hepPort) });
    await healthy(network);
    chromium = await startChromium();
    phone = await (await chromium.newContext()).newPage();
    number = await openPhone(phone, `${network.pageUrl}/?autoanswer=1`);
  });
  afterAll(async () => {
    for (const each of phones) each.close();
    await chromium?.close();
    await network?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  async function look(id: string, viewport = WIDE): Promise<Page> {
    const context = await chromium.newContext({
      viewport,
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const page = await context.newPage();
    await page.goto(`${network.pageUrl}/calls/${id}`);
    await rows(page).first().waitFor();
    return page;
  }
  const ladder = (page: Page) => page.getByRole('listbox', { name: 'SIP messages' });
  const rows = (page: Page) => ladder(page).getByRole('option');
  /** Without the mark of what was sent again, as it is on a busy machine. */
  const labels = (page: Page) =>
    rows(page).evaluateAll((list) => list.map((row) => (row.textContent ?? '').replace(/×\d+ ▸/, '')));
  const shown = (page: Page) => page.getByRole('region', { name: 'Selected message' });
  async function press(page: Page, ...keys: string[]): Promise<void> {
    await ladder(page).focus();
    for (const key of keys) await page.keyboard.press(key);
  }
  async function copied(page: Page, item: string | RegExp): Promise<string> {
    await page.getByRole('button', { name: /^(?:Copy|Copied)$/ }).click();
    await page.getByRole('menuitem', { name: item }).click();
    await page.getByRole('button', { name: 'Copied', exact: true }).waitFor();
    return page.evaluate(() => navigator.clipboard.readText());
  }
  async function spokenCall(to: string): Promise<CallDetail> {
    const id = await speak(network, to, TEXT);
    return network.call(
      id,
      (call) => call.status === 'completed' && call.legs.every(({ endedAt }) => endedAt !== null),
    );
  }
  async function newestCall(): Promise<CallDetail> {
    const { body } = await network.api<{ calls: { id: string }[] }>('/api/calls');
    return network.call(body.calls[0]?.id ?? '', ({ end }) => end !== null);
  }

  it('grows while the call lasts, and shows both legs, their media and their speech', async () => {
    const id = await speak(network, number, TEXT);
    const page = await look(id);
    await rows(page).filter({ hasText: '200' }).nth(1).waitFor();
    await rows(page).filter({ hasText: 'BYE' }).nth(1).waitFor({ timeout: 30_000 });
    await page.getByText('completed').first().waitFor();
    await press(page, 'Home');
    await expect.poll(() => rows(page).first().innerText()).toContain('POST /api/calls');
    const said = (await labels(page)).join('\n');
    for (const words of [
      /INVITE sdp, voice Ringback to Ringback/,
      /407 Proxy Authentication Required, Ringback to voice/,
      /100 Trying, Browser \d+ to Ringback/,
      /ACK, Ringback to Browser/,
      /RTP PCMU of voice Ringback, .*SRTP PCMU of Browser/,
      /First sound of the built-in voice.*, voice Ringback\n/,
      /RTP PCMU of [\s\S]*\n.*Spoken to its end.*, voice Ringback\n[\s\S]*BYE, voice Ringback to Ringback/,
    ])
      expect(said).toMatch(words);
    await page.context().close();
  });

  it('is walked, searched and compared by keyboard', async () => {
    const page = await look((await newestCall()).id);
    // The voice may tell that it speaks before it sends its INVITE.
    const kinds = await rows(page).evaluateAll((list) => list.map((row) => row.getAttribute('data-kind')));
    await press(page, 'Home', ...Array<string>(kinds.indexOf('message')).fill('ArrowDown'));
    await expect.poll(() => shown(page).innerText()).toMatch(/^.*ws\n*INVITE sip:/s);
    await page.getByRole('button', { name: 'Copy link' }).click();
    const selected = await rows(page)
      .and(page.locator('[aria-selected="true"]'))
      .getAttribute('data-message');
    const link = await page.evaluate(() => navigator.clipboard.readText());
    expect(new URL(link).searchParams.get('message')).toBe(selected);
    await press(page, 's');
    expect(await shown(page).getByRole('table').innerText()).toMatch(/0\s+PCMU\s+8000/);
    await page.keyboard.press('s');

    await page.keyboard.press('d');
    await page.keyboard.press('/');
    await page.keyboard.type('proxy-authorization:');
    await page.getByText('1 of 1').waitFor();
    await expect.poll(() => shown(page).locator('mark').innerText()).toBe('Proxy-Authorization:');
    await press(page, 'd');
    const differences = shown(page).getByRole('table');
    await differences.waitFor();
    expect(await differences.innerText()).toMatch(/CSeq\s+1 INVITE\s+2 INVITE/);
    expect(await differences.innerText()).not.toContain('Content-Type');

    await press(page, 'Escape', '?');
    await page.getByRole('dialog', { name: 'Keys of the ladder' }).waitFor();
    await page.keyboard.press('Escape');
    await press(page, 't', 't');
    await expect.poll(() => rows(page).first().innerText()).toMatch(/^\d\d:\d\d:\d\d\.\d{3}/);
    await page.context().close();
  });

  it('is copied as text, as raw messages, and as a curl that calls again', async () => {
    const call = await newestCall();
    const page = await look(call.id);
    expect(await copied(page, 'Ladder as text')).toMatch(/\|-+ INVITE \(SDP\) -+>\|/);
    expect(await copied(page, 'Raw messages')).toContain('SIP/2.0 180 Ringing');
    const curl = await copied(page, 'API call as curl');
    const { stdout } = await promisify(execFile)('sh', ['-c', `${curl} -s`]);
    const again = await network.call((JSON.parse(stdout) as { id: string }).id, ({ end }) => end !== null);
    expect(again).toMatchObject({ text: TEXT, to: { number }, status: 'completed' });
    await page.context().close();
  });

  it('shows a failure in red and with a sign', async () => {
    await phone.getByLabel('Number to dial').fill('486');
    await phone.getByRole('button', { name: 'Call', exact: true }).click();
    await expect.poll(async () => (await newestCall()).end?.sipStatus).toBe(486);
    const page = await look((await newestCall()).id);
    const failure = rows(page).filter({ hasText: '✗ 486' });
    await failure.waitFor();
    const [red, plain] = await Promise.all(
      [failure, rows(page).filter({ hasText: 'INVITE' }).first()].map((row) =>
        row.locator('[data-look]').evaluate((arrow) => getComputedStyle(arrow).color),
      ),
    );
    expect(red).not.toBe(plain);
    await page.context().close();
  });

  /** One more phone of 1002 Bob. */
  async function bobsPhone(): Promise<ScriptedPhone> {
    const bob = await ScriptedPhone.open(network, { number: '1002', password: SUBSCRIBERS['1002'] });
    phones.push(bob);
    await bob.register();
    return bob;
  }

  it('has keys at their place, by RFC 4733 and by INFO, and one moment with the graphs and the sound', async () => {
    const bob = await bobsPhone();
    await phone.getByLabel('Number to dial').fill('1002');
    await phone.getByRole('button', { name: 'Call', exact: true }).click();
    const { invite, ok } = await bob.answer(bob.sdp({ codecs: '0 101' }) + TELEPHONE_EVENTS);
    bob.talk(invite);
    const { body } = await network.api<{ calls: { id: string }[] }>('/api/calls');
    const id = body.calls[0]?.id ?? '';
    const keys = (count: number) =>
      network.call(
        id,
        ({ events }) => events.filter(({ type }) => type === 'dtmf.received').length === count,
      );
    await phone.getByRole('group', { name: 'Tones' }).getByRole('button', { name: '5', exact: true }).click();
    await keys(1);
    const relay = { contentType: 'application/dtmf-relay', body: 'Signal=7\r\nDuration=160\r\n' };
    bob.sip.inAnsweredDialog('INFO', invite, ok, relay);
    await bob.sip.response(200, 'INFO');
    await keys(2);
    const seconds = async () =>
      (await network.api<QualityHistory>(`/api/calls/${id}/quality`)).body.points.length;
    await expect.poll(seconds, { timeout: 20_000 }).toBeGreaterThan(1);
    await phone.getByRole('button', { name: 'Hang up' }).first().click();
    bob.sip.reply(await bob.sip.request('BYE'), 200, 'OK');
    await network.call(id, ({ end, legs }) => end !== null && legs.every(({ endedAt }) => endedAt !== null));

    const page = await look(id);
    expect((await labels(page)).join('\n')).toMatch(
      /RTP PCMU of [\s\S]*pressed 5 \(RFC 4733\), Browser \d+\n[\s\S]*INFO, 1002 Bob to Ringback\n[\s\S]*pressed 7 \(SIP INFO\), 1002 Bob\n[\s\S]*BYE, /,
    );
    const marked = ladder(page).locator('[data-marked]');
    const region = (name: string) => page.getByRole('region', { name, exact: true });
    await region('Sound').getByRole('button', { name: 'Key 5' }).click();
    await expect.poll(() => marked.innerText()).toContain('pressed 5');
    const graph = region('Quality').locator('[data-measure="mos"] .u-over');
    const { width, height } = (await graph.boundingBox()) ?? { width: 0, height: 0 };
    await graph.click({ position: { x: width - 2, y: height / 2 } });
    await expect.poll(() => marked.innerText()).not.toContain('pressed 5');
    const [info, at] = [
      rows(page).filter({ hasText: 'INFO' }).first(),
      () => marked.getAttribute('data-row'),
    ];
    expect(Number(await at())).toBeGreaterThan(Number(await info.getAttribute('data-row')));

    await region('Quality').getByText('Table', { exact: true }).click();
    await rows(page).filter({ hasText: 'pressed 7' }).click();
    await region('Quality').locator('tr[data-selected]').waitFor();
    await expect.poll(() => marked.count()).toBe(0);
    await page.context().close();
  });

  it('keeps the phones of a forked call apart', async () => {
    const [desk, hall] = [phones[0] as ScriptedPhone, await bobsPhone()];
    const id = await speak(network, '1002', TEXT);
    const [toDesk, toHall] = await Promise.all([desk, hall].map(({ sip }) => sip.request('INVITE')));
    if (!toDesk || !toHall) throw new Error('two phones were called');
    hall.sip.reply(toHall, 180, 'Ringing');
    desk.sip.reply(toDesk, 200, 'OK', { body: desk.sdp() });
    hall.sip.reply(await hall.sip.request('CANCEL'), 200, 'OK');
    hall.sip.reply(toHall, 487, 'Request Terminated');
    await hall.sip.request('ACK');
    desk.sip.reply(await desk.sip.request('BYE'), 200, 'OK');
    const call = await network.call(id, ({ legs }) => legs.every(({ endedAt }) => endedAt !== null));
    expect(call).toMatchObject({ status: 'completed', end: { by: 'caller' } });

    const page = await look(id);
    const said = (await labels(page)).join('\n');
    const [deskName, hallName] = [desk, hall].map(
      ({ sip }) => `1002 Bob at 127.0.0.1:${sip.transport.local.port}`,
    );
    for (const words of [
      `180 Ringing, ${hallName} to Ringback`,
      `200 OK sdp, ${deskName} to Ringback`,
      `CANCEL, Ringback to ${hallName}`,
      `487 Request Terminated, ${hallName} to Ringback`,
      `RTP PCMU of ${deskName}`,
      `BYE, Ringback to ${deskName}`,
    ])
      expect(said).toContain(words);
    expect(said).not.toContain(`CANCEL, Ringback to ${deskName}`);
    expect(said).not.toContain(`RTP PCMU of ${hallName}`);
    expect(await page.getByRole('list', { name: 'Endpoints' }).getByRole('listitem').count()).toBe(4);
    await page.context().close();
  });

  it('folds retransmissions, and stays small and quick with 500 messages more', async () => {
    const call = await spokenCall(number);
    const caller = call.legs.find(({ role }) => role === 'caller') as Leg;
    const own = (await network.messages(call.id)).filter(({ sipCallId }) => sipCallId === caller.sipCallId);
    const bye = own.find(({ method, status }) => method === 'BYE' && status === null) as SipMessageRecord;
    const page = await look(call.id);
    const before = Number(await rows(page).first().getAttribute('aria-setsize'));
    const info = (index: number) => ({
      timeUs: bye.timeUs + 1000 + index * 1000,
      raw: bye.raw
        .replaceAll('BYE', 'INFO')
        .replace(/CSeq: \d+/, `CSeq: ${100 + index}`)
        .replace(/branch=[^;\r]+/, `branch=z9hG4bK-${index}`),
    });
    const wave = Array.from({ length: 498 }, (_, index) => info(index));
    const last = wave.at(-1) as ReturnType<typeof info>;
    const again = [500_000, 1_500_000].map((us) => ({ ...last, timeUs: last.timeUs + us }));
    await capture(hepPort, bye, [...wave, ...again]);

    // In the page as it comes, and no more in the document than in sight.
    await expect
      .poll(async () => Number(await rows(page).first().getAttribute('aria-setsize')), { timeout: 30_000 })
      .toBe(before + 498);
    expect(await rows(page).count()).toBeLessThan(70);
    await press(page, 'End');
    const folded = rows(page).last();
    await expect.poll(() => folded.innerText()).toMatch(/INFO[\s\S]*×3/);
    expect(await rows(page).count()).toBeLessThan(70);
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => rows(page).last().innerText()).toMatch(/INFO again/);
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => rows(page).last().innerText()).toContain('×3');
    await press(page, 'Home');
    await expect.poll(() => rows(page).first().innerText()).toContain('POST');
    await page.context().close();
  });

  it('stands over its message on a narrow page', async () => {
    const { id } = await newestCall();
    const bye = (await network.messages(id)).find(({ method }) => method === 'BYE')?.id;
    const page = await look(`${id}?message=${bye}`, { width: 390, height: 844 });
    // The one that the address names is selected, and stands in sight.
    const [list, selected] = [
      page.locator('#ladder-rows').locator('..'),
      page.locator('[aria-selected="true"]'),
    ];
    expect(await selected.getAttribute('data-message')).toBe(bye);
    const [frame, row] = await Promise.all([list.boundingBox(), selected.boundingBox()]);
    expect(row?.y).toBeGreaterThan(frame?.y ?? 0);
    expect(row?.y).toBeLessThan((frame?.y ?? 0) + (frame?.height ?? 0));
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBe(390);
    const [over, under] = await Promise.all([ladder(page).boundingBox(), shown(page).boundingBox()]);
    expect(over?.y).toBeLessThan(under?.y ?? 0);
    await rows(page).filter({ hasText: 'INVITE' }).first().click();
    await press(page, 'Enter');
    await expect.poll(() => shown(page).evaluate((region) => document.activeElement === region)).toBe(true);
    await page.context().close();
  });

  describe.skipIf(!hasSipp)('as a SIPp scenario', () => {
    async function scenarioOf(call: CallDetail, role: Leg['role']): Promise<string> {
      const page = await look(call.id);
      const xml = await copied(page, new RegExp(`^What 100${role === 'caller' ? 1 : 3} `));
      const path = join(directory, `${role}.xml`);
      await writeFile(path, xml);
      await page.context().close();
      return path;
    }

    it('replays who called', async () => {
      const credentials = { number: '1001', password: SUBSCRIBERS['1001'] };
      const localPort = await freePort();
      const busy = { scenario: 'dial-busy', keywords: { dialled: '486', contact_port: localPort } };
      await succeeded(sipp({ ...busy, target: network.sip, localPort, credentials }));
      const scenario = await scenarioOf(await newestCall(), 'caller');
      await succeeded(sipp({ scenario, target: network.sip, localPort: await freePort(), credentials }));
      const again = await newestCall();
      expect(again).toMatchObject({ from: { number: '1001' }, to: { number: '486' }, status: 'busy' });
    });

    it('replays who was called', async () => {
      const localPort = await freePort();
      const credentials = { number: '1003', password: SUBSCRIBERS['1003'] };
      const register = { scenario: 'register', keywords: { contact_port: localPort } };
      await succeeded(sipp({ ...register, target: network.sip, localPort: await freePort(), credentials }));
      const answering = sipp({
        ...{ scenario: 'answer', keywords: { rtp: await freePort() } },
        ...{ target: network.sip, localPort },
      });
      const first = await spokenCall('1003');
      await succeeded(answering);

      const scenario = await scenarioOf(first, 'callee');
      const replayed = sipp({ scenario, target: network.sip, localPort });
      const second = await spokenCall('1003');
      await succeeded(replayed);
      expect(second).toMatchObject({ status: 'completed', end: { by: 'caller' } });
      expect(second.id).not.toBe(first.id);
    });
  });
});
