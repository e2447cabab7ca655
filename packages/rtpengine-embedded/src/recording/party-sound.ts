import type { Logger } from '@ringback/runtime';
import { type Codec, sameCodec } from '@ringback/sdp';
import { openDecoder } from '../codec/open-codec.ts';
import type { SoundDecoder } from '../codec/sound-codec.ts';
import { lawOf } from '../media/law.ts';
import { ownCodec } from '../negotiation/codec-spec.ts';

/** Decodes what one party sends, whatever it speaks, to one channel at 8 kHz. A decoder with a memory is opened at its first packet. */
export class PartySound {
  readonly #logger: Logger;
  #codec: Codec | undefined;
  #decoder: SoundDecoder | undefined;
  #closed = false;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** `undefined` for what is no sound, cannot be decoded, or comes while the decoder is being opened. */
  decode(payload: Uint8Array, codec: Codec | undefined): Int16Array | undefined {
    if (!codec || !ownCodec(codec)) return undefined;
    const law = lawOf(codec);
    if (law) return law.decode(payload);
    if (!this.#codec || !sameCodec(this.#codec, codec)) this.#open(codec);
    return this.#decoder?.decode(payload);
  }

  #open(codec: Codec): void {
    this.#codec = codec;
    this.#decoder?.free();
    this.#decoder = undefined;
    openDecoder(codec)
      .then((decoder) => {
        if (this.#closed || this.#codec !== codec) decoder.free();
        else this.#decoder = decoder;
      })
      .catch((err: unknown) =>
        this.#logger.error({ err, codec: codec.name }, 'what is recorded cannot be decoded'),
      );
  }

  close(): void {
    this.#closed = true;
    this.#decoder?.free();
    this.#decoder = undefined;
  }
}
