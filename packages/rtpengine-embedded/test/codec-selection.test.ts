import { NO_CODEC_OPTIONS } from '@ringback/rtpengine-ng';
import { type Codec, PCMA, PCMU, TELEPHONE_EVENT } from '@ringback/sdp';
import { describe, expect, it } from 'vitest';
import { answeredCodecs, offeredCodecs, payloadRoutes } from '../src/negotiation/codec-selection.ts';

const OPUS: Codec = { name: 'opus', payloadType: 111, clockRate: 48_000, channels: 2, ptimeMs: 20 };
const G722: Codec = { name: 'G722', payloadType: 9, clockRate: 8000, ptimeMs: 20 };
const EVENT_48: Codec = { name: 'telephone-event', payloadType: 110, clockRate: 48_000, ptimeMs: 20 };
const EVENT_126 = { ...TELEPHONE_EVENT, payloadType: 126 };
const BROWSER = [OPUS, G722, PCMU, PCMA, EVENT_48, EVENT_126];
const none = NO_CODEC_OPTIONS;
const numbers = (codecs: readonly Codec[]) => codecs.map((codec) => codec.payloadType);

describe('what is offered', () => {
  it('everything, when nothing is asked', () => {
    expect(numbers(offeredCodecs(BROWSER, none))).toEqual([111, 9, 0, 8, 110, 126]);
  });

  it('PCMU and its telephone-event alone, for phones', () => {
    const options = { ...none, strip: ['all'], offer: ['PCMU', 'telephone-event'], transcode: ['PCMU'] };
    expect(numbers(offeredCodecs(BROWSER, options))).toEqual([0, 126]);
  });

  it('without what is masked, with names in any case and rates', () => {
    expect(numbers(offeredCodecs(BROWSER, { ...none, mask: ['OPUS', 'telephone-event/48000'] }))).toEqual([
      9, 0, 8, 126,
    ]);
    expect(numbers(offeredCodecs(BROWSER, { ...none, strip: ['all'], except: ['pcma'] }))).toEqual([8]);
  });

  it('the other law of G.711 only where it can be made', () => {
    const options = { ...none, transcode: ['PCMA'] };
    expect(numbers(offeredCodecs([PCMU, TELEPHONE_EVENT], options))).toEqual([0, 8, 101]);
    expect(offeredCodecs([OPUS], { ...none, strip: ['all'], transcode: ['PCMU'] })).toEqual([]);
  });

  it('nothing, rather than telephone-event alone', () => {
    expect(offeredCodecs(BROWSER, { ...none, strip: ['all'], offer: ['telephone-event'] })).toEqual([]);
  });
});

describe('what is answered', () => {
  it('what the answerer took, under the offered numbers', () => {
    expect(numbers(answeredCodecs(BROWSER, [PCMU, EVENT_126]))).toEqual([0, 126]);
    expect(numbers(answeredCodecs([{ ...PCMU, payloadType: 96 }], [PCMU]))).toEqual([96]);
  });

  it('G.711 of the other law when that is all there is', () => {
    expect(numbers(answeredCodecs([PCMU, TELEPHONE_EVENT], [PCMA, TELEPHONE_EVENT]))).toEqual([0, 101]);
  });

  it('nothing when they have nothing in common', () => {
    expect(answeredCodecs([OPUS], [PCMU])).toEqual([]);
    expect(answeredCodecs([PCMU, TELEPHONE_EVENT], [G722, TELEPHONE_EVENT])).toEqual([]);
  });
});

describe('routes', () => {
  it("go to the receiver's numbers", () => {
    const routes = payloadRoutes([PCMU, EVENT_126], [], [{ ...PCMU, payloadType: 96 }, TELEPHONE_EVENT]);
    expect(routes.get(0)).toEqual({ codec: PCMU, payloadType: 96, clockRate: 8000, isEvent: false });
    expect(routes.get(126)).toEqual({ codec: EVENT_126, payloadType: 101, clockRate: 8000, isEvent: true });
    expect(routes.get(8)).toBeUndefined();
  });

  it('convert between the laws where the receiver has only the other', () => {
    expect(payloadRoutes([PCMU], [], [PCMA]).get(0)).toMatchObject({
      payloadType: 8,
      convert: 'PCMU to PCMA',
    });
    expect(payloadRoutes([PCMA], [], [PCMU]).get(8)).toMatchObject({
      payloadType: 0,
      convert: 'PCMA to PCMU',
    });
    expect(payloadRoutes([PCMU], [], [PCMA, PCMU]).get(0)).not.toHaveProperty('convert');
  });

  it('leave out an event that the receiver does not know', () => {
    expect(payloadRoutes([PCMU, TELEPHONE_EVENT], [], [PCMU]).get(101)).toBeUndefined();
  });

  it('understand a sender that keeps to its own numbers', () => {
    expect(payloadRoutes([PCMU], [{ ...PCMU, payloadType: 97 }], [PCMU]).get(97)?.payloadType).toBe(0);
  });
});
