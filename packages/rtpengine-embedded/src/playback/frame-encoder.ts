import type { G711 } from '@ringback/audio';
import type { Codec } from '@ringback/sdp';
import type { OwnFrame } from '../media/egress.ts';
import { lawOf } from '../media/law.ts';
import { FRAME_SAMPLES } from './sound.ts';

/** Makes packets of frames of 20 ms at 8 kHz, in the codec of one listener. */
export type FrameEncoder = {
  readonly codec: Codec;
  encode(samples: Int16Array, begins: boolean): OwnFrame;
};

/** For the first format of a listener that sound can be made in; `undefined` when there is none. */
export function encoderFor(wanted: readonly Codec[]): FrameEncoder | undefined {
  for (const codec of wanted) {
    const law = lawOf(codec);
    if (law) return lawEncoder(codec, law);
  }
  return undefined;
}

function lawEncoder(codec: Codec, law: G711): FrameEncoder {
  const { payloadType, clockRate } = codec;
  return {
    codec,
    encode: (samples, begins) => ({
      payload: law.encode(samples),
      payloadType,
      clockRate,
      advance: FRAME_SAMPLES,
      marker: begins,
    }),
  };
}
