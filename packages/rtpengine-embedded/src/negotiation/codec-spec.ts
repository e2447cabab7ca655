import { type Codec, OPUS, PCMA, PCMU, sameCodec, TELEPHONE_EVENT } from '@ringback/sdp';
import { OWN_OPUS_PARAMETERS } from '../codec/opus-parameters.ts';

/** Speech that the engine can turn into each other, with what we ask for when we are the end of it. */
const OWN_CODECS: readonly Codec[] = [PCMU, PCMA, { ...OPUS, parameters: OWN_OPUS_PARAMETERS }];

/** The engine's own form of a codec that it can decode and encode. */
export function ownCodec(codec: Codec): Codec | undefined {
  return OWN_CODECS.find((own) => sameCodec(own, codec));
}

/**
 * A codec as the `codec` options name it: `NAME[/clock rate[/channels[/bit rate[/ptime[/fmtp]]]]]`. What is left out is any
 * when a codec is looked for, and usual when one is added.
 */
export type CodecSpec = {
  /** Lower case. */
  name: string;
  clockRate: number | undefined;
  channels: number | undefined;
  bitrate: number | undefined;
  ptimeMs: number | undefined;
  parameters: string | undefined;
};

export function readCodecSpec(text: string): CodecSpec {
  const [name = '', clockRate, channels, bitrate, ptimeMs, ...rest] = text.split('/');
  return {
    name: name.toLowerCase(),
    clockRate: positive(clockRate),
    channels: positive(channels),
    bitrate: positive(bitrate),
    ptimeMs: positive(ptimeMs),
    // The options of one codec's library come last; nothing here has such.
    parameters: rest[0] || undefined,
  };
}

function positive(text: string | undefined): number | undefined {
  const value = Number(text);
  return Number.isInteger(value) && value > 0 ? value : undefined;
}

export function matches(spec: CodecSpec, codec: Codec): boolean {
  if (spec.name !== codec.name.toLowerCase()) return false;
  if (spec.clockRate !== undefined && spec.clockRate !== codec.clockRate) return false;
  return spec.channels === undefined || spec.channels === (codec.channels ?? 1);
}

/** Whether one of the names is that of the codec. */
export function named(names: readonly string[], codec: Codec): boolean {
  return names.some((name) => matches(readCodecSpec(name), codec));
}

/** The same, or all of them are meant. */
export function namedOrAll(names: readonly string[], codec: Codec): boolean {
  return names.includes('all') || names.includes('full') || named(names, codec);
}

/** The codec that a name of `transcode` adds; `undefined` for one that cannot be made here. */
export function codecToAdd(name: string): Codec | undefined {
  const spec = readCodecSpec(name);
  const known = [...OWN_CODECS, TELEPHONE_EVENT].find((codec) =>
    matches({ ...spec, channels: undefined }, codec),
  );
  if (!known) return undefined;
  return {
    ...known,
    ptimeMs: spec.ptimeMs ?? known.ptimeMs,
    ...(spec.parameters !== undefined && { parameters: spec.parameters }),
  };
}

/** The bit rate that one of the names gives for a codec. */
export function bitrateFor(names: readonly string[], codec: Codec): number | undefined {
  return names.map(readCodecSpec).find((spec) => spec.bitrate !== undefined && matches(spec, codec))?.bitrate;
}

/** The lowest dynamic payload type that none of the codecs has (RFC 3551 6: 96 to 127). */
export function freePayloadType(codecs: readonly Codec[]): number {
  let payloadType = 96;
  while (codecs.some((codec) => codec.payloadType === payloadType)) payloadType++;
  return payloadType;
}
