import { describe, expect, it } from 'vitest';
import {
  DigitReceiver,
  digitOfEvent,
  eventOfDigit,
  parseTelephoneEvent,
  telephoneEventFrames,
  writeTelephoneEvent,
} from '../src/index.ts';

describe('telephone-event', () => {
  it('reads what it wrote', () => {
    const event = { event: 11, end: true, volume: 10, durationSamples: 1600 };
    expect(writeTelephoneEvent(event)).toEqual(Uint8Array.of(11, 0x8a, 6, 64));
    expect(parseTelephoneEvent(writeTelephoneEvent(event))).toEqual(event);
    expect(parseTelephoneEvent(Uint8Array.of(1, 2, 3))).toBeUndefined();
    expect(
      parseTelephoneEvent(writeTelephoneEvent({ ...event, durationSamples: 1e6 }))?.durationSamples,
    ).toBe(65535);
  });

  it('knows all sixteen digits', () => {
    for (const digit of '0123456789*#ABCD') expect(digitOfEvent(eventOfDigit(digit)!)).toBe(digit);
    expect([
      eventOfDigit('a'),
      eventOfDigit('x'),
      eventOfDigit(''),
      eventOfDigit('12'),
      digitOfEvent(16),
    ]).toEqual([12, undefined, undefined, undefined, undefined]);
  });

  it('plays a digit of 100 ms: growing duration, three ends', () => {
    const frames = telephoneEventFrames(5, { durationSamples: 800, frameSamples: 160 });
    expect(frames.map((frame) => frame.marker)).toEqual([true, false, false, false, false, false, false]);
    const events = frames.map((frame) => parseTelephoneEvent(frame.payload)!);
    expect(events.map((event) => event.durationSamples)).toEqual([160, 320, 480, 640, 800, 800, 800]);
    expect(events.map((event) => event.end)).toEqual([false, false, false, false, true, true, true]);
  });

  it('hears each key press once, the same key twice as two', () => {
    const receiver = new DigitReceiver();
    const press = (digit: string, timestamp: number) =>
      telephoneEventFrames(eventOfDigit(digit)!, { durationSamples: 800, frameSamples: 160 }).map((frame) =>
        receiver.receive({ timestamp, payload: frame.payload }),
      );
    const heard = [...press('4', 1000), ...press('4', 9000), ...press('#', 20_000)].filter(Boolean);
    expect(heard).toEqual(['4', '4', '#']);
  });
});
