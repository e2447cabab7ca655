import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

/** What a page has open, for tests that ask whether it was closed again. Runs before the page's own scripts. */
export async function watchConnections(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const connections: RTCPeerConnection[] = [];
    const microphones: MediaStreamTrack[] = [];
    Object.assign(window, { opened: { connections, microphones } });
    window.RTCPeerConnection = class extends RTCPeerConnection {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        connections.push(this);
      }
    };
    const { mediaDevices } = navigator;
    // Missing on an insecure origin.
    if (!mediaDevices) return;
    const ask = mediaDevices.getUserMedia.bind(mediaDevices);
    mediaDevices.getUserMedia = async (constraints) => {
      const stream = await ask(constraints);
      microphones.push(...stream.getTracks());
      return stream;
    };
  });
}

interface Opened {
  connections: RTCPeerConnection[];
  microphones: MediaStreamTrack[];
}

/** Connections that are not closed, and microphones that still listen. */
export function leftOpen(page: Page): Promise<{ made: number; connections: number; microphones: number }> {
  return page.evaluate(() => {
    const { connections, microphones } = (window as unknown as { opened: Opened }).opened;
    return {
      made: connections.length,
      connections: connections.filter(({ connectionState }) => connectionState !== 'closed').length,
      microphones: microphones.filter(({ readyState }) => readyState === 'live').length,
    };
  });
}

/** The media paths of the page end without a word of SIP. */
export function losePaths(page: Page): Promise<void> {
  return page.evaluate(() => {
    for (const connection of (window as unknown as { opened: Opened }).opened.connections) connection.close();
  });
}

/** RTP packets that the page was sent so far, how much sound was in them, and how many it has sent itself. */
export interface Heard {
  packets: number;
  energy: number;
  sent: number;
}

export function received(page: Page): Promise<Heard> {
  return page.evaluate(async () => {
    const { connections } = (window as unknown as { opened: Opened }).opened;
    const open = connections.filter(({ connectionState }) => connectionState !== 'closed');
    const figures = { packets: 0, energy: 0, sent: 0 };
    for (const connection of open)
      for (const [, entry] of await connection.getStats())
        if (entry.type === 'outbound-rtp') figures.sent += Number(entry.packetsSent);
        else if (entry.type === 'inbound-rtp') {
          figures.packets += Number(entry.packetsReceived);
          figures.energy += Number(entry.totalAudioEnergy ?? 0);
        }
    return figures;
  });
}

/** A second of a call, as the page hears it. */
export async function secondOf(page: Page): Promise<Heard> {
  const before = await received(page);
  await page.waitForTimeout(1000);
  const after = await received(page);
  return {
    packets: after.packets - before.packets,
    energy: after.energy - before.energy,
    sent: after.sent - before.sent,
  };
}

/** Waits until the page hears something. */
export async function hears(page: Page): Promise<void> {
  const { energy } = await received(page);
  await expect
    .poll(async () => (await received(page)).energy - energy, { timeout: 15_000 })
    .toBeGreaterThan(0.001);
}

export async function dial(page: Page, number: string): Promise<void> {
  await page.getByLabel('Number to dial').fill(number);
  await page.getByRole('button', { name: 'Call', exact: true }).click();
}

export const button = (page: Page, name: string): Locator => page.getByRole('button', { name, exact: true });

/** The words under the name of whoever is on the line. */
export function says(page: Page, words: string | RegExp): Promise<void> {
  return page.getByRole('region', { name: 'Call in progress' }).getByText(words).first().waitFor();
}

/** Where the re-INVITEs of several pages wait for each other, so that they cross. */
export interface Crossing {
  /** To be called before the page is opened. */
  prepare(page: Page): Promise<void>;
  /** The next re-INVITE of each page waits until all are there; a 491 to them is as late as on a slow network. */
  arm(answerAfterMs: number): void;
}

export function crossing(pages: number): Crossing {
  let waiting: (() => void)[] | null = null;
  let lateMs = 0;
  return {
    arm(answerAfterMs) {
      waiting = [];
      lateMs = answerAfterMs;
    },
    prepare: (page) =>
      page.routeWebSocket(/\/sip$/, (socket) => {
        const server = socket.connectToServer();
        socket.onMessage((message) => {
          const go = () => server.send(message);
          if (!waiting || !/^INVITE .*^To: [^\r]*;tag=/ms.test(String(message))) return go();
          waiting.push(go);
          if (waiting.length < pages) return;
          for (const each of waiting) each();
          waiting = null;
        });
        server.onMessage((message) => {
          if (String(message).startsWith('SIP/2.0 491 ')) setTimeout(() => socket.send(message), lateMs);
          else socket.send(message);
        });
      }),
  };
}
