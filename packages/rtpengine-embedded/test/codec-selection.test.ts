import { type CodecOptions, NO_CODEC_OPTIONS } from '@ringback/rtpengine-ng';
import { type Codec, OPUS, PCMA, PCMU, TELEPHONE_EVENT } from '@ringback/sdp';
import { describe, expect, it } from 'vitest';
import { answeredCodecs, offeredCodecs, onlyFirst } from '../src/negotiation/codec-selection.ts';
import { codecToAdd, readCodecSpec } from '../src/negotiation/codec-spec.ts';

const G722: Codec = { name: 'G722', payloadType: 9, clockRate: 8000, ptimeMs: 20 };
const EVENT_48: Codec = { ...TELEPHONE_EVENT, payloadType: 110, clockRate: 48_000 };
const EVENT_126 = { ...TELEPHONE_EVENT, payloadType: 126 };
const BROWSER = [OPUS, G722, PCMU, PCMA, EVENT_48, EVENT_126];

const numbers = (codecs: readonly Codec[]) => codecs.map((codec) => codec.payloadType);
const offered = (listed: readonly Codec[], options: Partial<CodecOptions> = {}) =>
  offeredCodecs(listed, { ...NO_CODEC_OPTIONS, ...options });
const shown = (listed: readonly Codec[], options: Partial<CodecOptions> = {}) =>
  numbers(offered(listed, options).shown);
const answered = (listed: readonly Codec[], options: Partial<CodecOptions>, accepted: readonly Codec[]) =>
  numbers(answeredCodecs(offered(listed, options), accepted));

describe('the name of a codec in the options', () => {
  it('may say clock rate, channels, bit rate, packet length and fmtp', () => {
    expect(readCodecSpec('opus/48000/2/24000/40/useinbandfec=1')).toEqual({
      name: 'opus',
      clockRate: 48_000,
      channels: 2,
      bitrate: 24_000,
      ptimeMs: 40,
      parameters: 'useinbandfec=1',
    });
    expect(codecToAdd('opus/48000/2/24000//usedtx=1')).toMatchObject({
      name: 'opus',
      ptimeMs: 20,
      parameters: 'usedtx=1',
    });
    expect(codecToAdd('pcma')).toMatchObject({ name: 'PCMA', payloadType: 8 });
    expect([codecToAdd('G729'), codecToAdd('opus/8000'), codecToAdd('')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('what is offered', () => {
  it('everything, when nothing is asked', () => {
    expect(shown(BROWSER)).toEqual([111, 9, 0, 8, 110, 126]);
  });

  it('PCMU and its telephone-event alone, for phones', () => {
    const options = { strip: ['all'], offer: ['PCMU', 'telephone-event'], transcode: ['PCMU'] };
    expect(shown(BROWSER, options)).toEqual([0, 126]);
  });

  it('without what is hidden, with names in any case and rates', () => {
    expect(shown(BROWSER, { mask: ['OPUS', 'telephone-event/48000'] })).toEqual([9, 0, 8, 126]);
    expect(shown(BROWSER, { consume: ['opus'] })).toEqual([9, 0, 8, 126]);
    expect(shown(BROWSER, { strip: ['all'], except: ['pcma'] })).toEqual([8]);
    expect(shown([OPUS, PCMU], { strip: ['opus/48000/1', 'PCMU/16000'] })).toEqual([111, 0]);
  });

  it('first what `offer` names, in its order', () => {
    expect(shown(BROWSER, { strip: ['all'], offer: ['PCMA', 'PCMU', 'telephone-event'] })).toEqual([
      8, 0, 126,
    ]);
    expect(shown(BROWSER, { offer: ['PCMA'] })).toEqual([8, 111, 9, 0, 110, 126]);
  });

  it('G.711 made of Opus, and the events of its clock', () => {
    const options = { mask: ['opus'], transcode: ['PCMU', 'PCMA'] };
    expect(shown([OPUS], options)).toEqual([0, 8]);
    const { shown: withEvent } = offered([OPUS, EVENT_48], { mask: ['opus'], transcode: ['PCMU'] });
    expect(withEvent).toMatchObject([
      { name: 'PCMU', payloadType: 0 },
      { name: 'telephone-event', payloadType: 96, clockRate: 8000, parameters: '0-16' },
    ]);
    expect(
      shown([OPUS, EVENT_48, EVENT_126], { mask: ['all'], transcode: ['PCMU', 'telephone-event'] }),
    ).toEqual([0, 126]);
  });

  it('Opus made of G.711 under a free number, and the events of its clock', () => {
    const { shown: both } = offered([PCMU, { ...G722, payloadType: 96 }, TELEPHONE_EVENT], {
      transcode: ['opus'],
    });
    expect(both).toMatchObject([
      { name: 'PCMU', payloadType: 0 },
      { name: 'opus', payloadType: 97, clockRate: 48_000, channels: 2 },
      { name: 'telephone-event', payloadType: 101, clockRate: 8000 },
      { name: 'telephone-event', payloadType: 98, clockRate: 48_000 },
    ]);
    expect(shown([PCMU, TELEPHONE_EVENT], { mask: ['PCMU'], transcode: ['opus'] })).toEqual([96, 97]);
  });

  it('nothing that cannot be made, and nothing that cannot be decoded once something was made', () => {
    expect(shown([G722], { transcode: ['PCMU'] })).toEqual([9]);
    expect(shown([G722, PCMU], { transcode: ['PCMA'] })).toEqual([0, 8]);
    expect(shown([G722, PCMU], { transcode: ['PCMU'] })).toEqual([9, 0]);
    expect(shown([PCMU], { transcode: ['G729', 'made-up'] })).toEqual([0]);
  });

  it('telephone-event, for us to listen for keys', () => {
    expect(shown([PCMU], { transcode: ['telephone-event'] })).toEqual([0, 96]);
    expect(offered([OPUS], { transcode: ['telephone-event'] }).shown[1]).toMatchObject({ clockRate: 48_000 });
  });

  it('everything, rather than nothing or telephone-event alone', () => {
    expect(shown([OPUS], { strip: ['opus'] })).toEqual([111]);
    expect(shown(BROWSER, { strip: ['all'], offer: ['telephone-event'] })).toEqual(numbers(BROWSER));
    expect(shown([OPUS], { strip: ['all'], transcode: ['PCMU'] })).toEqual([111]);
  });
});

describe('what is answered', () => {
  it('what the answerer took, in its order, under the offered numbers', () => {
    expect(answered(BROWSER, {}, [PCMU, EVENT_126])).toEqual([0, 126]);
    expect(answered(BROWSER, {}, [PCMA, PCMU])).toEqual([8, 0]);
    expect(answered([{ ...PCMU, payloadType: 96 }], {}, [PCMU])).toEqual([96]);
  });

  it('with what the answerer wants to get', () => {
    const theirs = { ...OPUS, payloadType: 96, parameters: 'usedtx=1', ptimeMs: 40 };
    expect(answeredCodecs(offered([OPUS]), [theirs])).toEqual([{ ...theirs, payloadType: 111 }]);
  });

  it('the hidden one that we stand in for, and its events, with our own wishes', () => {
    const options = { mask: ['opus'], transcode: ['PCMU'] };
    expect(answered([OPUS], options, [PCMU])).toEqual([111]);
    expect(answered([OPUS, EVENT_48], options, [PCMU, TELEPHONE_EVENT])).toEqual([111, 110]);
    expect(answered([OPUS, EVENT_48, EVENT_126], options, [PCMU, EVENT_126])).toEqual([111, 110]);
    const usingDtx = { ...OPUS, parameters: 'usedtx=1;stereo=1' };
    expect(answeredCodecs(offered([usingDtx], options), [{ ...PCMU, ptimeMs: 40 }])).toMatchObject([
      { payloadType: 111, parameters: 'minptime=10;useinbandfec=1', ptimeMs: 40 },
    ]);
  });

  it('the events of the offerer, even when the answerer has none: they become tones', () => {
    expect(answered([OPUS, EVENT_48], { mask: ['opus'], transcode: ['PCMU'] }, [PCMU])).toEqual([111, 110]);
    expect(answered([PCMU, TELEPHONE_EVENT], {}, [PCMU])).toEqual([0]);
  });

  it('the first that we can decode, of several', () => {
    expect(answered([PCMA, OPUS], { mask: ['all'], transcode: ['PCMU'] }, [PCMU])).toEqual([8]);
    expect(answered([PCMU, TELEPHONE_EVENT], {}, [PCMA, TELEPHONE_EVENT])).toEqual([0, 101]);
    expect(answered([OPUS], {}, [PCMU])).toEqual([111]);
  });

  it('what the options insist on, though both know another', () => {
    expect(answered([OPUS, PCMU], { accept: ['opus'] }, [PCMU])).toEqual([111]);
    expect(answered([PCMU, OPUS], { accept: ['opus'] }, [PCMU])).toEqual([111]);
    expect(answered(BROWSER, { accept: ['all'] }, [PCMA, EVENT_126])).toEqual([111, 110]);
    expect(answered(BROWSER, { consume: ['opus'] }, [PCMU, EVENT_126])).toEqual([111, 110]);
    expect(answered([OPUS, PCMU], { mask: ['opus'], transcode: ['PCMU'] }, [PCMU])).toEqual([0]);
  });

  it('without what was stripped, in the offer or now', () => {
    expect(answered([OPUS, PCMA], { strip: ['opus'], transcode: ['PCMU'] }, [PCMU])).toEqual([8]);
    expect(numbers(answeredCodecs(offered([OPUS, PCMU]), [OPUS, PCMU], ['opus']))).toEqual([0]);
  });

  it('one codec and its events when that is asked', () => {
    expect(numbers(onlyFirst([PCMA, PCMU, EVENT_126]))).toEqual([8, 126]);
  });

  it('nothing when nothing can be done', () => {
    expect(answered([G722], {}, [PCMU])).toEqual([]);
    expect(answered([PCMU, TELEPHONE_EVENT], {}, [G722, TELEPHONE_EVENT])).toEqual([]);
  });
});
