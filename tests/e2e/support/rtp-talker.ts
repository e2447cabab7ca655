import { createSocket, type RemoteInfo } from 'node:dgram';
import { once } from 'node:events';
import { encodeMulaw, tone } from '@ringback/audio';
import { telephoneEventFrames, writeRtp } from '@ringback/rtp';

const FRAME = 160;
const PERIOD_MS = 20;

export interface RtpTalker {
  readonly port: number;
  /** Presses a key: telephone-events of 100 ms with payload type 101. */
  press(event: number): void;
  close(): Promise<void>;
}

/**
 * The mouth of a phone whose SIP is done elsewhere: from the first packet that comes it sends a tone back to where that came
 * from, and leaves out every `dropEvery`th packet, as a bad network would.
 */
export async function openRtpTalker(frequencyHz: number, dropEvery: number): Promise<RtpTalker> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  let to: RemoteInfo | undefined;
  let sequence = 0;
  let sent = 0;
  const pressed: number[] = [];
  let startMs = 0;
  socket.on('message', (bytes, from) => {
    // RTCP (RFC 5761 4) is not where sound comes from.
    const type = (bytes[1] ?? 0) & 0x7f;
    if (to || (type >= 64 && type < 96)) return;
    to = from;
    startMs = performance.now();
  });
  const send = (payloadType: number, marker: boolean, timestamp: number, payload: Uint8Array) => {
    if (!to) return;
    const sequenceNumber = sequence++ & 0xffff;
    socket.send(
      writeRtp({ payloadType, marker, sequenceNumber, timestamp, ssrc: 0x620, payload }),
      to.port,
      to.address,
    );
  };
  const speak = () => {
    const timestamp = sent * FRAME;
    const event = pressed.shift();
    if (event !== undefined)
      for (const { payload, marker } of telephoneEventFrames(event, {
        durationSamples: 800,
        frameSamples: FRAME,
      }))
        send(101, marker, timestamp, payload);
    sent += 1;
    const samples = tone({ frequencyHz, durationMs: PERIOD_MS, startSample: timestamp });
    if (sent % dropEvery === 0) sequence++;
    else send(0, sent === 1, timestamp, encodeMulaw(samples));
  };
  const timer = setInterval(() => {
    while (to && sent * PERIOD_MS < performance.now() - startMs) speak();
  }, PERIOD_MS / 2);
  return {
    port: socket.address().port,
    press: (event) => pressed.push(event),
    async close() {
      clearInterval(timer);
      socket.close();
      await once(socket, 'close');
    },
  };
}
