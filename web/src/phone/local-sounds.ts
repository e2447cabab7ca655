import { askMicrophone, type MicrophoneAnswer } from './microphone.ts';

/** What each call sends: a microphone of its own, so that one can be muted without the other. */
export class LocalSounds {
  readonly #streams = new Map<string, MediaStream>();
  readonly #silence: () => MediaStream;

  constructor(silence: () => MediaStream) {
    this.#silence = silence;
  }

  stream(id: string): MediaStream | null {
    return this.#streams.get(id) ?? null;
  }

  async ask(id: string, deviceId: string): Promise<MicrophoneAnswer> {
    const answer = await askMicrophone(deviceId);
    if (answer.kind === 'granted') this.#keep(id, answer.stream);
    return answer;
  }

  /** A track of silence in place of a microphone. */
  silence(id: string): MediaStream {
    return this.#keep(id, this.#silence());
  }

  release(id: string): void {
    stop(this.#streams.get(id));
    this.#streams.delete(id);
  }

  /** Another microphone for those that have one; `use` puts it into the call before the old one stops. */
  async replace(
    ids: readonly string[],
    deviceId: string,
    use: (id: string, stream: MediaStream) => Promise<void>,
  ): Promise<void> {
    for (const id of ids) {
      const answer = await askMicrophone(deviceId);
      if (answer.kind === 'refused') continue;
      // The call may have ended while the browser opened the device.
      if (!this.#streams.has(id)) stop(answer.stream);
      else {
        await use(id, answer.stream);
        this.#keep(id, answer.stream);
      }
    }
  }

  #keep(id: string, stream: MediaStream): MediaStream {
    stop(this.#streams.get(id));
    this.#streams.set(id, stream);
    return stream;
  }
}

function stop(stream: MediaStream | undefined): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}
