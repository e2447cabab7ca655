/**
 * What transcoding costs: microseconds per packet of 20 ms in each direction, the longest single one, and how many such
 * calls one core could carry if it did nothing else. Speech, as it is spoken in the tests. `npm run bench:codec`
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { decodeMulaw } from '@ringback/audio';
import { writeRtp } from '@ringback/rtp';
import { type Codec, OPUS, PCMA, PCMU, TELEPHONE_EVENT } from '@ringback/sdp';
import { openTranscoder } from '../packages/rtpengine-embedded/src/codec/transcoder.ts';
import {
  type Encoding,
  planForwarding,
} from '../packages/rtpengine-embedded/src/negotiation/payload-routes.ts';

const ROUNDS = 5;
const FRAME = 160;
const file = new URL('../packages/audio/test/fixtures/speech.mulaw.gz', import.meta.url);
const mulaw = gunzipSync(readFileSync(file));
const count = Math.floor(mulaw.length / FRAME);

function packets(codec: Codec, payloads: readonly Uint8Array[]): Buffer[] {
  const frame = codec.clockRate / 50;
  return payloads.map((payload, i) =>
    Buffer.from(
      writeRtp({
        payloadType: codec.payloadType,
        marker: i === 0,
        sequenceNumber: i,
        timestamp: i * frame,
        ssrc: 1,
        payload,
      }),
    ),
  );
}

type Cost = { meanUs: number; worstUs: number; sent: Buffer[] };

async function run(
  from: Codec,
  to: readonly Codec[],
  input: readonly Buffer[],
  encoding?: Encoding,
): Promise<Cost> {
  const plan = planForwarding({ shown: [from], listed: [from] }, { shown: to, listed: to }, encoding);
  if (!plan.transcoding) throw new Error('nothing to transcode');
  const route = plan.routes.get(from.payloadType)!;
  let [totalUs, worstUs, sent] = [0, 0, [] as Buffer[]];
  for (let round = 0; round < ROUNDS; round++) {
    sent = [];
    const transcoder = await openTranscoder(plan.transcoding, 1, (bytes) => sent.push(bytes));
    for (const [i, bytes] of input.entries()) {
      const began = process.hrtime.bigint();
      transcoder.receive(bytes, route, i * 20);
      const tookUs = Number(process.hrtime.bigint() - began) / 1000;
      // The first round compiles.
      if (round === 0) continue;
      totalUs += tookUs;
      worstUs = Math.max(worstUs, tookUs);
    }
    transcoder.close();
  }
  return { meanUs: totalUs / (ROUNDS - 1) / input.length, worstUs, sent };
}

function tell(what: string, { meanUs, worstUs }: Cost): void {
  console.log(what.padEnd(44), meanUs.toFixed(1).padStart(9), worstUs.toFixed(0).padStart(9));
}

const phone = packets(
  PCMU,
  Array.from({ length: count }, (_, i) => mulaw.subarray(i * FRAME, (i + 1) * FRAME)),
);
const fec = { ...OPUS, parameters: 'useinbandfec=1' };

console.log(
  `${(decodeMulaw(mulaw).length / 8000).toFixed(0)} s of speech, us per packet`.padEnd(44),
  'mean'.padStart(9),
  'longest'.padStart(9),
);
const toOpus = await run(PCMU, [OPUS], phone);
tell('PCMU to Opus', toOpus);
const toOpusFec = await run(PCMU, [fec], phone);
tell('PCMU to Opus with FEC', toOpusFec);
const toPcmu = await run(OPUS, [PCMU], toOpusFec.sent);
tell('Opus to PCMU', toPcmu);
tell(
  'Opus to PCMA, each tenth packet lost',
  await run(
    OPUS,
    [PCMA],
    toOpusFec.sent.filter((_, i) => i % 10 !== 4),
  ),
);
tell('PCMU to PCMU, listening for keys', await run(PCMU, [PCMU, TELEPHONE_EVENT], phone));
const perCall = ((toOpusFec.meanUs + toPcmu.meanUs) * 50) / 1e6;
console.log(
  `a call, both ways: ${(perCall * 100).toFixed(2)} % of a core, so ${Math.floor(1 / perCall)} calls a core`,
);
