import { CHROMIUM, CHROMIUM_FLAGS } from '@ringback/testing';
import { type Browser, chromium, type Page } from 'playwright-core';

/** A real Chromium whose microphone is Chromium's own test beep, or the WAV file given. */
export function startChromium(microphoneWav?: string): Promise<Browser> {
  const microphone = microphoneWav ? [`--use-file-for-fake-audio-capture=${microphoneWav}`] : [];
  return chromium.launch({
    executablePath: CHROMIUM ?? 'chromium',
    headless: true,
    args: [...CHROMIUM_FLAGS, ...microphone],
  });
}

/** Opens the page and waits until its phone is registered; gives its number. */
export async function openPhone(page: Page, url: string): Promise<string> {
  await page.goto(url);
  const status = page.getByText(/^Registered as \S+/).first();
  await status.waitFor({ timeout: 20_000 });
  return (/Registered as (\S+)/.exec((await status.textContent()) ?? '') ?? [])[1] ?? '';
}

/** What a listener at the page would hear, from the moment the call's sound is attached. */
export interface Recording {
  /** Ends it and gives 16-bit samples at 8 kHz. */
  stop(): Promise<Int16Array>;
}

const RATE = 8000;

/** Records what the page's audio element plays. To be started before the call is answered, so that no word is lost. */
export async function recordSound(page: Page): Promise<Recording> {
  await page.evaluate(async (rate) => {
    const element = document.getElementById('remote-audio') as HTMLAudioElement;
    const context = new AudioContext({ sampleRate: rate });
    await context.resume();
    const worklet = `registerProcessor('tap', class extends AudioWorkletProcessor {
      process([input]) { if (input[0]) this.port.postMessage(input[0].slice()); return true; }
    })`;
    await context.audioWorklet.addModule(`data:text/javascript,${encodeURIComponent(worklet)}`);
    const tap = new AudioWorkletNode(context, 'tap');
    const blocks: Float32Array[] = [];
    tap.port.onmessage = ({ data }) => blocks.push(data as Float32Array);
    tap.connect(context.destination);
    let heard: MediaStream | null = null;
    const attach = () => {
      const stream = element.srcObject as MediaStream | null;
      if (!stream || stream === heard || stream.getAudioTracks().length === 0) return;
      heard = stream;
      context.createMediaStreamSource(stream).connect(tap);
    };
    const timer = setInterval(attach, 5);
    attach();
    Object.assign(window, { recording: { blocks, context, timer } });
  }, RATE);
  return {
    async stop() {
      const text = await page.evaluate(async () => {
        const { blocks, context, timer } = (
          window as unknown as { recording: { blocks: Float32Array[]; context: AudioContext; timer: number } }
        ).recording;
        clearInterval(timer);
        await context.close();
        return JSON.stringify(blocks.flatMap((block) => Array.from(block, (v) => Math.round(v * 32767))));
      });
      return Int16Array.from(JSON.parse(text) as number[]);
    },
  };
}
