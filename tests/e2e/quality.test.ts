import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  bytesOfSamples,
  dominantFrequencyHz,
  readWav,
  samplesOfBytes,
  tone,
  writeWav,
} from '@ringback/audio';
import type { CallPage, QualityHistory, RecordingState } from '@ringback/contracts';
import { readPcap } from '@ringback/pcap';
import { CHROMIUM, findProgram, hasSipp } from '@ringback/testing';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openPhone, startChromium } from './support/browser.ts';
import { healthy, type Network, SUBSCRIBERS, startNetwork } from './support/network.ts';
import { startDebianRtpengine } from './support/networks.ts';
import { freePort } from './support/ports.ts';
import { openRtpTalker, type RtpTalker } from './support/rtp-talker.ts';
import { sipp, succeeded } from './support/sipp.ts';

const TSHARK = findProgram('tshark');
const RTPENGINE = findProgram('rtpengine');
const BROWSER_HZ = 1000;
const PHONE_HZ = 620;
/** One packet in ten of the phone is lost. */
const DROP_EVERY = 10;

describe.skipIf(!CHROMIUM || !hasSipp)('the quality and the sound of a call', () => {
  let network: Network;
  let chromium: Browser;
  let folder: string;
  let page: Page;
  let talker: RtpTalker;
  /** The call with loss, which the tests look at when it is over. */
  let callId: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ringback-quality-'));
    const microphone = join(folder, 'microphone.wav');
    const samples = tone({ frequencyHz: BROWSER_HZ, durationMs: 10_000, sampleRate: 48_000 });
    await writeFile(
      microphone,
      writeWav({ format: 'pcm16', sampleRate: 48_000, channels: 1, data: bytesOfSamples(samples) }),
    );
    [network, chromium, talker] = await Promise.all([
      startNetwork(),
      startChromium(microphone),
      openRtpTalker(PHONE_HZ, DROP_EVERY),
    ]);
    await healthy(network);
    page = await (await chromium.newContext({ acceptDownloads: true })).newPage();
    await openPhone(page, network.pageUrl);
    callId = await callWithLoss();
  }, 120_000);
  afterAll(async () => {
    await chromium?.close();
    await talker?.close();
    await network?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** The browser calls a phone on a bad network; both press a key; then the browser hangs up. */
  async function callWithLoss(): Promise<string> {
    const [localPort, registerPort] = await Promise.all([freePort(), freePort()]);
    const credentials = { number: '1003', password: SUBSCRIBERS['1003'] };
    const target = network.sip;
    const register = { scenario: 'register', localPort: registerPort, keywords: { contact_port: localPort } };
    await succeeded(sipp({ ...register, target, credentials }));
    const phone = sipp({ scenario: 'answer-with-keys', target, localPort, keywords: { rtp: talker.port } });
    await dial('1003');
    const id = await newestCall();
    const heard = async () => (await quality(id)).points.filter(({ directions }) => directions.length === 2);
    await vi.waitUntil(async () => (await heard()).length > 3, { timeout: 20_000, interval: 200 });
    await page.getByRole('group', { name: 'Tones' }).getByRole('button', { name: '5', exact: true }).click();
    talker.press(11);
    await network.call(
      id,
      ({ events }) => events.filter(({ type }) => type === 'dtmf.received').length === 2,
    );
    await page.getByRole('button', { name: 'Hang up' }).first().click();
    await succeeded(phone);
    await network.call(id, ({ status }) => status === 'completed');
    return id;
  }

  async function dial(number: string): Promise<void> {
    await page.getByLabel('Number to dial').fill(number);
    await page.getByRole('button', { name: 'Call', exact: true }).click();
    await page.getByText('In call').first().waitFor();
  }

  const newestCall = async () => (await network.api<CallPage>('/api/calls')).body.calls[0]?.id ?? '';
  const quality = async (id: string) => (await network.api<QualityHistory>(`/api/calls/${id}/quality`)).body;
  const recording = async (id: string) =>
    (await network.api<RecordingState>(`/api/calls/${id}/recording`)).body.recording;
  const region = (name: string) => page.getByRole('region', { name, exact: true });

  async function open(id: string): Promise<void> {
    await page.goto(`${network.pageUrl}/calls/${id}`);
    await region('Quality').getByText('Loss (%)').waitFor();
  }

  async function downloaded(link: Locator): Promise<Uint8Array> {
    const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
    return readFile(await download.path());
  }

  it('is measured in both directions: the loss of the phone is seen in its own alone', async () => {
    const { points } = await quality(callId);
    const sum = (role: string) => {
      const known = points.flatMap(({ directions }) => directions.filter((each) => each.role === role));
      const total = (of: (direction: (typeof known)[number]) => number) =>
        known.reduce((all, each) => all + of(each), 0);
      const mos = known.flatMap((each) => each.mos ?? []);
      return {
        packets: total(({ packets }) => packets),
        lost: total((each) => each.packetsLost),
        mos: Math.min(...mos),
      };
    };
    const [browser, phone] = [sum('caller'), sum('callee')];
    expect(phone.lost / (phone.packets + phone.lost)).toBeGreaterThan(0.05);
    expect(phone.mos).toBeLessThan(browser.mos);
    expect(browser.packets).toBeGreaterThan(100);

    await open(callId);
    const fromPhone = region('Quality').getByRole('region', { name: 'Sound from 1003 Carol' });
    expect(await fromPhone.innerText()).toMatch(/PCMU[\s\S]*\d+ packets[\s\S]*lost \d+ \(\d+\.\d %\)/);
    await region('Quality')
      .getByRole('figure', { name: /^Loss over time: .*from 1003 Carol \d/ })
      .waitFor();
    // The browser's path is one that ICE has found.
    const fromBrowser = region('Quality').getByRole('region', { name: /^Sound from .*20\d\d/ });
    await fromBrowser.getByText(/^ICE 127\.0\.0\.1:\d+ \(host\) ↔ 127\.0\.0\.1:\d+ \(\w+/).waitFor();
  });

  it('has a table instead of graphs, and one moment is marked in both and in the sound', async () => {
    await open(callId);
    await region('Quality').getByText('Table', { exact: true }).click();
    const rows = region('Quality').getByRole('table').getByRole('row');
    expect(await rows.count()).toBeGreaterThan(3);
    expect(await region('Quality').locator('tr[data-selected]').count()).toBe(0);
    await region('Sound').getByRole('button', { name: 'Key #' }).click();
    await region('Quality').locator('tr[data-selected]').waitFor();
    await expect
      .poll(() =>
        region('Sound')
          .getByText(/^0:0[1-9] \/ 0:/)
          .count(),
      )
      .toBe(1);
  });

  it('is kept as sound: each party in a channel, keys where they were pressed, and a WAV of the same bytes', async () => {
    await open(callId);
    const sound = region('Sound');
    await sound.getByRole('button', { name: 'Play' }).and(page.locator(':enabled')).waitFor();
    expect(await sound.getByRole('list', { name: 'Channels' }).getByRole('listitem').allInnerTexts()).toEqual(
      [expect.stringMatching(/^from .*20\d\d/), 'from 1003 Carol'],
    );
    await sound.getByRole('button', { name: 'Key 5' }).waitFor();
    const bytes = await downloaded(page.getByRole('link', { name: 'Download the sound as WAV' }));
    const wav = readWav(bytes);
    expect(wav).toMatchObject({ sampleRate: 8000, channels: 2 });
    const samples = samplesOfBytes(wav.data);
    // The middle of the call, between its keys and its ends.
    const channel = (n: number) => samples.filter((_, i) => i % 2 === n).subarray(2 * 8000, 3 * 8000);
    expect(Math.abs(dominantFrequencyHz(channel(0), 8000) - BROWSER_HZ)).toBeLessThan(5);
    expect(Math.abs(dominantFrequencyHz(channel(1), 8000) - PHONE_HZ)).toBeLessThan(5);
    const { events, legs } = await network.call(callId, () => true);
    const keys = events.filter(({ type }) => type === 'dtmf.received');
    const by = (role: string) =>
      keys.find(({ legId }) => legId === legs.find((leg) => leg.role === role)?.id);
    expect([by('caller')?.digit, by('callee')?.digit]).toEqual(['5', '#']);
  });

  it('is one capture: SIP of both legs, and the RTP in the clear', async () => {
    await open(callId);
    const bytes = await downloaded(page.getByRole('link', { name: /^Download a capture/ }));
    const times = [...readPcap(bytes)].map(({ timeMs }) => timeMs);
    expect(times.length).toBeGreaterThan(300);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    if (!TSHARK) return;
    const file = join(folder, 'call.pcap');
    await writeFile(file, bytes);
    const tshark = (...args: string[]) =>
      execFileSync(TSHARK, ['-n', '-r', file, ...args], { stdio: ['ignore', 'pipe', 'ignore'] }).toString();
    const sip = tshark(
      '-Y',
      'sip.Method == "INVITE" || sip.Method == "BYE"',
      '-T',
      'fields',
      '-e',
      'sip.Method',
    );
    expect(sip.trim().split('\n').sort().join(' ')).toMatch(/^BYE BYE INVITE INVITE/);
    const streams = tshark('-q', '-z', 'rtp,streams')
      .split('\n')
      .filter((line) => /0x[0-9a-f]{8}/i.test(line));
    expect(streams).toHaveLength(2);
    for (const stream of streams) expect(stream).toMatch(/PCMU|g711U/i);
    // The browser's, which was SRTP on the wire, as well.
    expect(tshark('-T', 'fields', '-e', '_ws.col.Protocol').split('\n')).not.toContain('SRTP');
  });

  it('is shown while the call is up, and its recording paused and gone on with', async () => {
    await page.goto(network.pageUrl);
    await openPhone(page, network.pageUrl);
    await dial('9197');
    const id = await newestCall();
    // Not a new page load, which would end the call.
    await page.getByRole('link', { name: 'Calls' }).first().click();
    await page.locator(`a[href$="${id}"]`).first().click();
    await region('Quality')
      .getByRole('figure', { name: /^MOS over time/ })
      .waitFor({ timeout: 20_000 });
    const sound = region('Sound');
    await sound.getByText('recording', { exact: true }).waitFor();
    await sound.getByRole('button', { name: 'Pause recording' }).click();
    await sound.getByText('The recording is paused.').waitFor();
    expect(await recording(id)).toMatchObject({ state: 'paused' });
    await sound.getByRole('button', { name: 'Go on recording' }).click();
    await sound.getByText('The call is being recorded.').waitFor();
    await page.getByRole('button', { name: 'Hang up' }).first().click();
    await sound.getByRole('button', { name: 'Play' }).waitFor();
    expect(await recording(id)).toMatchObject({ state: 'ended' });
  });
});

describe.skipIf(!CHROMIUM || !RTPENGINE)('with an external media server', () => {
  it('the page says what is not known of the sound, and shows the rest', async () => {
    const rtpengine = await startDebianRtpengine();
    const network = await startNetwork({ RTPENGINE_URL: rtpengine.url });
    const chromium = await startChromium();
    try {
      const page = await chromium.newPage();
      await openPhone(page, network.pageUrl);
      await page.getByLabel('Number to dial').fill('9197');
      await page.getByRole('button', { name: 'Call', exact: true }).click();
      await page.getByText('In call').first().waitFor();
      const id = (await network.api<CallPage>('/api/calls')).body.calls[0]?.id ?? '';
      await page.getByRole('link', { name: 'Calls' }).first().click();
      await page.locator(`a[href$="${id}"]`).first().click();
      const region = (name: string) => page.getByRole('region', { name, exact: true });
      await region('Sound')
        .getByText(/^An external media server carries the sound/)
        .waitFor();
      expect(await region('Sound').getByRole('button').count()).toBe(0);
      await region('Quality')
        .getByRole('region', { name: /^Sound from/ })
        .first()
        .getByText(/packets/)
        .waitFor({ timeout: 20_000 });
      expect(await region('Quality').getByText(/^ICE/).count()).toBe(0);
      const refused = await network.api(`/api/calls/${id}/recording`, { method: 'PUT', body: { on: true } });
      expect(refused).toMatchObject({
        status: 409,
        body: { detail: expect.stringContaining('external media server') },
      });
      await page.getByRole('button', { name: 'Hang up' }).first().click();
      await page
        .getByRole('link', { name: /^Download a capture of SIP, since the sound was not recorded/ })
        .waitFor();
    } finally {
      await chromium.close();
      await network.stop();
      await rtpengine.process.stop();
    }
  }, 120_000);
});
