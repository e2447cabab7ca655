import { PERIOD_MS } from '@ringback/runtime';
import type { Codec } from '@ringback/sdp';
import { openEncoder } from '../codec/open-codec.ts';
import type { OwnFrame } from '../media/egress.ts';
import { ownCodec } from '../negotiation/codec-spec.ts';

/** Makes packets of frames of 20 ms at 8 kHz, in the codec of one listener. */
export type FrameEncoder = {
  readonly codec: Codec;
  /** `undefined` for silence that its listener need not be sent. */
  encode(samples: Int16Array, begins: boolean): OwnFrame | undefined;
  close(): void;
};

/** For the first format of a listener that sound can be made in; `undefined` when there is none. */
export async function openFrameEncoder(takes: readonly Codec[]): Promise<FrameEncoder | undefined> {
  const codec = takes.find(ownCodec);
  if (!codec) return undefined;
  const encoder = await openEncoder(codec);
  const { payloadType, clockRate } = codec;
  const advance = (clockRate * PERIOD_MS) / 1000;
  return {
    codec,
    encode: (samples, begins) => {
      const payload = encoder.encode(samples);
      return payload && { payload, payloadType, clockRate, advance, marker: begins };
    },
    close: () => encoder.free(),
  };
}
