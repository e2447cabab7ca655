import { rm } from 'node:fs/promises';
import type { Logger } from '@ringback/runtime';
import type { Codec } from '@ringback/sdp';
import type { Party } from '../call/party.ts';
import type { MediaClock } from '../media/clock.ts';
import type { Tap } from '../media/inlet.ts';
import { lawOf } from '../media/law.ts';
import { payloadEnd, payloadStart } from '../media/payload.ts';
import { PacketEnds } from './packet-ends.ts';
import { PcapRecorder } from './pcap-recorder.ts';
import { RecordingFile } from './recording-file.ts';
import type { Channel } from './stereo-timeline.ts';
import { WavRecorder } from './wav-recorder.ts';

/**
 * One call on disk, as its parties are received: a WAV file with the offerer on the left and who answers on the right, and a
 * capture of the RTP in the clear, whatever it was on the wire. Both begin at the same moment and count the same time.
 */
export class CallRecording {
  readonly files: { readonly wav: string; readonly pcap: string };
  paused = false;
  readonly #wav: WavRecorder;
  readonly #pcap: PcapRecorder;
  readonly #written: readonly RecordingFile[];
  readonly #clock: MediaClock;
  readonly #address: string;
  readonly #logger: Logger;
  readonly #untap = new Map<Party, () => void>();

  /** `path` without an ending; `address` is ours, as the other side sees it. */
  constructor(path: string, address: string, clock: MediaClock, logger: Logger) {
    this.files = { wav: `${path}.wav`, pcap: `${path}.pcap` };
    this.#written = [this.files.wav, this.files.pcap].map((name) => {
      return new RecordingFile(name, (err) =>
        logger.error({ err, file: name }, 'recording stopped, the call goes on'),
      );
    });
    const [wav, pcap] = this.#written as [RecordingFile, RecordingFile];
    this.#clock = clock;
    this.#address = address;
    this.#logger = logger;
    this.#wav = new WavRecorder(wav, clock.nowMs());
    this.#pcap = new PcapRecorder(pcap);
  }

  /** Listens to parties that are new; the first one of a call is its offerer. */
  follow(parties: readonly Party[]): void {
    for (const [index, party] of parties.entries()) {
      if (this.#untap.has(party)) continue;
      const channel = index === 0 ? 0 : 1;
      this.#untap.set(party, party.inlet.tap(this.#tapOf(party, channel)));
    }
  }

  #tapOf(party: Party, channel: Channel): Tap {
    const packetEnds = new PacketEnds(party, this.#address);
    return (bytes, nowMs) => {
      if (this.paused) return;
      const ends = packetEnds.current;
      if (ends) this.#pcap.hear({ ...ends, payload: bytes, timeMs: this.#clock.ntpMs() });
      this.#hear(channel, bytes, party.formatOf(bytes[1]! & 0x7f), nowMs);
    };
  }

  #hear(channel: Channel, bytes: Buffer, codec: Codec | undefined, nowMs: number): void {
    const law = codec && lawOf(codec);
    if (!law) return;
    this.#wav.hear(channel, {
      samples: law.decode(bytes.subarray(payloadStart(bytes), payloadEnd(bytes))),
      ssrc: bytes.readUInt32BE(8),
      timestamp: bytes.readUInt32BE(4),
      clockRate: codec.clockRate,
      nowMs,
    });
  }

  /** To be called several times a second. */
  tick(): void {
    this.#wav.flush(this.#clock.nowMs());
    this.#pcap.flush();
  }

  /** Resolves when both files are complete, or gone if they are not wanted. */
  async finish(discards: boolean): Promise<void> {
    for (const untap of this.#untap.values()) untap();
    this.#untap.clear();
    await Promise.all([this.#wav.finish(this.#clock.nowMs()), this.#pcap.finish()]);
    const droppedBytes = this.#written.reduce((sum, file) => sum + file.droppedBytes, 0);
    if (droppedBytes > 0)
      this.#logger.warn({ droppedBytes }, 'the disk was too slow or full for a recording');
    if (discards) await Promise.all(this.#written.map(({ path }) => rm(path, { force: true })));
    this.#logger.info(this.files, discards ? 'recording discarded' : 'recording finished');
  }
}
