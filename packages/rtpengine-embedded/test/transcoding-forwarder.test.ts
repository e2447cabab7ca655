import { parseRtp, writeRtp, writeTelephoneEvent } from '@ringback/rtp';
import { type Codec, OPUS, PCMU, TELEPHONE_EVENT } from '@ringback/sdp';
import { expect, it } from 'vitest';
import { TranscodingForwarder } from '../src/codec/transcoding-forwarder.ts';
import { Outlet } from '../src/media/outlet.ts';
import { planForwarding } from '../src/negotiation/payload-routes.ts';

const EVENT_48: Codec = { ...TELEPHONE_EVENT, payloadType: 110, clockRate: 48_000 };
const PHONE = [PCMU, TELEPHONE_EVENT];

it('what a browser sends of several formats reaches the phone: sound that it knows with its own numbers, keys with the sound', async () => {
  const sent: Buffer[] = [];
  const outlet = new Outlet(1);
  outlet.use({
    kind: 'plain',
    port: 30_000,
    sendRtp: (bytes) => sent.push(Buffer.from(bytes)),
    sendRtcp: () => undefined,
    close: () => undefined,
  });
  const browser = [PCMU, OPUS, EVENT_48, TELEPHONE_EVENT];
  const plan = planForwarding({ shown: browser, listed: browser }, { shown: PHONE, listed: PHONE });
  const forwarder = await TranscodingForwarder.open(plan.transcoding!, outlet);
  let sequenceNumber = 0;
  const send = ({ payloadType }: Codec, payload: Uint8Array, timestamp: number) => {
    const packet = {
      payloadType,
      payload,
      timestamp,
      marker: false,
      ssrc: 7,
      sequenceNumber: ++sequenceNumber,
    };
    forwarder.forward(Buffer.from(writeRtp(packet)), plan.routes.get(payloadType)!, 20 * sequenceNumber);
    return parseRtp(sent.at(-1)!)!;
  };
  const quiet = new Uint8Array(160).fill(0xff);
  const key = (durationSamples: number) =>
    writeTelephoneEvent({ event: 1, end: false, volume: 10, durationSamples });
  expect(send(PCMU, quiet, 160)).toMatchObject({ payloadType: 0, ssrc: 7, timestamp: 160 });
  expect(send(TELEPHONE_EVENT, key(160), 320)).toMatchObject({ payloadType: 101, ssrc: 7, timestamp: 320 });
  const made = send(OPUS, Uint8Array.of(0xf8, 0xff, 0xfe), 960);
  expect(made).toMatchObject({ payloadType: 0, payload: { length: 160 } });
  expect(made.ssrc).not.toBe(7);
  const event = send(EVENT_48, key(960), 1920);
  expect(event).toMatchObject({ payloadType: 101, ssrc: made.ssrc, timestamp: (made.timestamp + 160) >>> 0 });
  expect([...event.payload]).toEqual([...key(160)]);
  forwarder.close();
});
