import type { CommandBody } from './command-body.ts';
import { CODEC_OPERATIONS } from './flags.ts';

/** Codecs as `NAME[/clock rate[/channels[/bit rate[/ptime[/fmtp]]]]]`, or `all`/`full` in strip, mask, accept and consume. */
export type CodecOptions = Readonly<Record<(typeof CODEC_OPERATIONS)[number], readonly string[]>>;

export const NO_CODEC_OPTIONS: CodecOptions = {
  strip: [],
  mask: [],
  offer: [],
  except: [],
  transcode: [],
  consume: [],
  accept: [],
  set: [],
};

export function readCodecOptions(body: CommandBody): CodecOptions {
  for (const operation of Object.keys(body.dictionary('codec'))) {
    if (!Object.hasOwn(NO_CODEC_OPTIONS, operation)) body.note(`codec.${operation}`);
  }
  const read = CODEC_OPERATIONS.map((operation) => [operation, codecs(body, operation)]);
  const options: CodecOptions = Object.fromEntries(read);
  return body.flags.includes('always-transcode')
    ? { ...options, accept: [...options.accept, 'all'] }
    : options;
}

// Where `=` cannot be written, two dashes stand for it.
function codecs(body: CommandBody, operation: string): string[] {
  return body.list(`codec.${operation}`).map((name) => name.replaceAll('--', '='));
}
