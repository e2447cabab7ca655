import type { Codec } from '@ringback/sdp';
import { lawOf } from '../media/law.ts';
import { G711Decoder, G711Encoder } from './g711-codec.ts';
import { OpusDecoder, OpusEncoder } from './opus-codec.ts';
import { readOpusParameters } from './opus-parameters.ts';
import type { SoundDecoder, SoundEncoder } from './sound-codec.ts';

/** For one of the codecs that the engine speaks itself. */
export async function openDecoder(codec: Codec): Promise<SoundDecoder> {
  const law = lawOf(codec);
  return law ? new G711Decoder(law) : OpusDecoder.open();
}

/** As its receiver asks for it in `a=fmtp`; `bitrate` in bit/s, where a codec has a choice. */
export async function openEncoder(codec: Codec, bitrate?: number): Promise<SoundEncoder> {
  const law = lawOf(codec);
  return law
    ? new G711Encoder(law)
    : OpusEncoder.open({ receiver: readOpusParameters(codec.parameters), bitrate });
}
