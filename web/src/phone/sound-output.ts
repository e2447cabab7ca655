/** `setSinkId` is missing in the DOM types, and in browsers that play everything where the system says. */
interface Routable {
  setSinkId?(id: string): Promise<void>;
}

/** Sends sound to another device, where the browser can; a device that is gone is no reason to be silent. */
export async function routeTo(target: object, deviceId: string): Promise<void> {
  const { setSinkId } = target as Routable;
  if (!setSinkId) return;
  try {
    await setSinkId.call(target, deviceId);
  } catch (error) {
    console.warn('The chosen device cannot play; the sound stays where it was.', error);
  }
}

/** Whether this browser can send sound to a device of the user's choice. */
export const canChooseOutput =
  'setSinkId' in HTMLMediaElement.prototype && 'setSinkId' in AudioContext.prototype;

/** The page's own sounds on one device. Nothing is opened before something is to be heard. */
export class SoundOutput {
  #context: AudioContext | null = null;
  #deviceId = '';

  use(deviceId: string): void {
    if (deviceId === this.#deviceId) return;
    this.#deviceId = deviceId;
    if (this.#context) void routeTo(this.#context, deviceId);
  }

  /** Browsers keep a page silent until it was touched. */
  wake(): void {
    void this.#context?.resume();
  }

  play(render: (sampleRate: number) => Float32Array<ArrayBuffer>, loop = false): AudioBufferSourceNode {
    const context = this.context();
    const samples = render(context.sampleRate);
    const buffer = context.createBuffer(1, samples.length, context.sampleRate);
    buffer.copyToChannel(samples, 0);
    const source = context.createBufferSource();
    source.buffer = buffer;
    source.loop = loop;
    source.connect(context.destination);
    source.addEventListener('ended', () => source.disconnect(), { once: true });
    source.start();
    return source;
  }

  context(): AudioContext {
    if (!this.#context) {
      this.#context = new AudioContext();
      if (this.#deviceId !== '') void routeTo(this.#context, this.#deviceId);
    }
    if (this.#context.state === 'suspended') void this.#context.resume();
    return this.#context;
  }
}
