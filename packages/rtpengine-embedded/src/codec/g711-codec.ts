import { Concealment, type G711 } from '@ringback/audio';
import type { SoundDecoder, SoundEncoder } from './sound-codec.ts';

export class G711Decoder implements SoundDecoder {
  readonly #law: G711;
  readonly #concealment = new Concealment();

  constructor(law: G711) {
    this.#law = law;
  }

  decode(payload: Uint8Array): Int16Array {
    const samples = this.#law.decode(payload);
    this.#concealment.heard(samples);
    return samples;
  }

  conceal(count: number): Int16Array {
    return this.#concealment.conceal(count);
  }

  free(): void {
    // Nothing but memory of its own.
  }
}

export class G711Encoder implements SoundEncoder {
  readonly #law: G711;

  constructor(law: G711) {
    this.#law = law;
  }

  encode(frame: Int16Array): Uint8Array {
    return this.#law.encode(frame);
  }

  free(): void {
    // Nothing but memory of its own.
  }
}
