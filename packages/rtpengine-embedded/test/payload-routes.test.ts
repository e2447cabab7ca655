import { type Codec, OPUS, PCMA, PCMU, TELEPHONE_EVENT } from '@ringback/sdp';
import { describe, expect, it } from 'vitest';
import { type Encoding, planForwarding } from '../src/negotiation/payload-routes.ts';

const G722: Codec = { name: 'G722', payloadType: 9, clockRate: 8000, ptimeMs: 20 };
const EVENT_48: Codec = { ...TELEPHONE_EVENT, payloadType: 110, clockRate: 48_000 };
const EVENT_126 = { ...TELEPHONE_EVENT, payloadType: 126 };

/** Between two who were shown what they list. */
const plan = (from: readonly Codec[], to: readonly Codec[], encoding?: Encoding) =>
  planForwarding({ shown: from, listed: from }, { shown: to, listed: to }, encoding);

describe('routes', () => {
  it("go to the receiver's numbers", () => {
    const { routes, transcoding } = plan([PCMU, EVENT_126], [{ ...PCMU, payloadType: 96 }, TELEPHONE_EVENT]);
    expect(routes.get(0)).toEqual({ codec: PCMU, payloadType: 96, clockRate: 8000, isEvent: false });
    expect(routes.get(126)).toEqual({ codec: EVENT_126, payloadType: 101, clockRate: 8000, isEvent: true });
    expect(routes.get(8)).toBeUndefined();
    expect(transcoding).toBeUndefined();
  });

  it('convert between the laws by table where the receiver has only the other', () => {
    expect(plan([PCMU], [PCMA]).routes.get(0)).toMatchObject({ payloadType: 8, convert: 'PCMU to PCMA' });
    expect(plan([PCMA], [PCMU]).routes.get(8)).toMatchObject({ payloadType: 0, convert: 'PCMA to PCMU' });
    expect(plan([PCMU], [PCMA, PCMU]).routes.get(0)).not.toHaveProperty('convert');
    expect(plan([PCMU], [PCMA]).transcoding).toBeUndefined();
  });

  it('understand a sender that keeps to its own numbers', () => {
    const sender = { shown: [PCMU], listed: [{ ...PCMU, payloadType: 97 }] };
    const { routes } = planForwarding(sender, { shown: [PCMU], listed: [PCMU] });
    expect([routes.get(97)?.payloadType, routes.get(0)?.payloadType]).toEqual([0, 0]);
  });

  it('understand a sender that sends what it was shown and did not list', () => {
    const browser = { shown: [PCMU, OPUS], listed: [OPUS] };
    const { routes, transcoding } = planForwarding(browser, { shown: [PCMU], listed: [PCMU] });
    expect(routes.get(0)).toMatchObject({ payloadType: 0 });
    expect(routes.get(0)).not.toHaveProperty('transcoded');
    expect(routes.get(111)).toMatchObject({ transcoded: true });
    expect(transcoding?.from).toEqual([OPUS]);
  });

  it('leave alone what can neither pass nor be made', () => {
    expect(plan([G722], [PCMU])).toEqual({ routes: new Map(), transcoding: undefined });
  });
});

describe('transcoding', () => {
  it('is for what the receiver does not know, with its events', () => {
    const { routes, transcoding } = plan([OPUS, EVENT_48], [{ ...PCMU, ptimeMs: 30 }, TELEPHONE_EVENT]);
    expect(routes.get(111)).toMatchObject({ payloadType: 0, clockRate: 8000, transcoded: true });
    expect(routes.get(110)).toMatchObject({
      payloadType: 101,
      clockRate: 8000,
      isEvent: true,
      transcoded: true,
    });
    expect(transcoding).toMatchObject({
      from: [OPUS],
      to: { name: 'PCMU' },
      event: TELEPHONE_EVENT,
      makesTones: false,
      detectsKeys: false,
      ptimeMs: 30,
    });
  });

  it('makes what the receiver was told, not the first that it once offered', () => {
    const browser = { shown: [OPUS, EVENT_48], listed: [G722, OPUS, PCMU, EVENT_48, EVENT_126] };
    const phone = { shown: [PCMU, TELEPHONE_EVENT], listed: [PCMU, TELEPHONE_EVENT] };
    const { routes, transcoding } = planForwarding(phone, browser);
    expect(transcoding).toMatchObject({ from: [PCMU], to: OPUS, event: EVENT_48 });
    expect(routes.get(101)).toMatchObject({ payloadType: 110, clockRate: 48_000, transcoded: true });
  });

  it('lets pass what both know', () => {
    const { routes, transcoding } = plan([PCMU, OPUS], [OPUS]);
    expect(transcoding?.from).toEqual([PCMU]);
    expect(routes.get(111)).not.toHaveProperty('transcoded');
    expect(routes.get(0)).toMatchObject({ transcoded: true, payloadType: 111 });
  });

  it('makes tones for who knows no events, and events of the tones of who sends none', () => {
    expect(plan([PCMU, TELEPHONE_EVENT], [PCMU]).transcoding).toMatchObject({
      makesTones: true,
      event: undefined,
    });
    const heard = plan([PCMU], [PCMU, TELEPHONE_EVENT]);
    expect(heard.transcoding).toMatchObject({ detectsKeys: true, event: TELEPHONE_EVENT });
    expect(heard.routes.get(0)).toMatchObject({ transcoded: true, payloadType: 0 });
    expect(plan([PCMU], [PCMU]).transcoding).toBeUndefined();
  });

  it('is done when packets of another length, or keys in the sound, are asked for', () => {
    expect(plan([PCMU], [PCMU], { ptimeMs: 40 }).transcoding).toMatchObject({ ptimeMs: 40, from: [PCMU] });
    const both = [PCMU, TELEPHONE_EVENT];
    expect(plan(both, both, { detectsKeys: true }).transcoding).toMatchObject({ detectsKeys: true });
    expect(plan(both, both).transcoding).toBeUndefined();
  });

  it('keeps to the bit rate that is asked for', () => {
    const bitrateOf = (codec: Codec) => (codec.name === 'opus' ? 16_000 : undefined);
    expect(plan([PCMU], [OPUS], { bitrateOf }).transcoding?.bitrate).toBe(16_000);
  });
});
