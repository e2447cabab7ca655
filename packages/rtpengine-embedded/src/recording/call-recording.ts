import { rm } from 'node:fs/promises';
import type { Logger } from '@ringback/runtime';
import type { Party } from '../call/party.ts';
import type { MediaClock } from '../media/clock.ts';
import type { Tap } from '../media/inlet.ts';
import { payloadEnd, payloadStart } from '../media/payload.ts';
import { PacketEnds } from './packet-ends.ts';
import { PartySound } from './party-sound.ts';
import { PcapRecorder } from './pcap-recorder.ts';
import { RecordingFile } from './recording-file.ts';
import type { Channel } from './stereo-timeline.ts';
import { WavRecorder } from './wav-recorder.ts';

/** What a killed process loses at most, with what may still be added to. */
const FLUSH_MS = 1000;

/**
 * One call on disk, as its parties are received: a WAV file with the offerer on the left and who answers on the right, and a
 * capture of the RTP in the clear, whatever it was on the wire. Both begin at the same moment and count the same time.
 */
export class CallRecording {
  readonly files: { readonly pcap: string; readonly wav: string; readonly text: string };
  paused = false;
  /** What its client says about the call. */
  metadata: string | undefined;
  readonly #beganMs: number;
  /** Calls are written one at a time, each in its own turn: together they would hold up packets. */
  #nextFlushMs: number;
  readonly #wav: WavRecorder;
  readonly #pcap: PcapRecorder;
  readonly #written: readonly RecordingFile[];
  readonly #clock: MediaClock;
  readonly #address: string;
  readonly #logger: Logger;
  readonly #followed = new Map<Party, () => void>();

  /** `path` without an ending; `address` is ours, as the other side sees it. */
  constructor(path: string, address: string, clock: MediaClock, logger: Logger) {
    this.files = { pcap: `${path}.pcap`, wav: `${path}.wav`, text: `${path}.txt` };
    this.#beganMs = clock.unixMs();
    this.#nextFlushMs = clock.nowMs() + FLUSH_MS;
    this.#written = [this.files.wav, this.files.pcap, this.files.text].map((name) => {
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
      if (this.#followed.has(party)) continue;
      const sound = new PartySound(this.#logger);
      const untap = party.inlet.tap(this.#tapOf(party, index === 0 ? 0 : 1, sound));
      this.#followed.set(party, () => {
        untap();
        sound.close();
      });
    }
  }

  #tapOf(party: Party, channel: Channel, sound: PartySound): Tap {
    const packetEnds = new PacketEnds(party, this.#address);
    return (bytes, nowMs) => {
      if (this.paused) return;
      const ends = packetEnds.current;
      if (ends) this.#pcap.hear({ ...ends, payload: bytes, timeMs: this.#clock.ntpMs() });
      const codec = party.formatOf(bytes[1]! & 0x7f);
      const samples = sound.decode(bytes.subarray(payloadStart(bytes), payloadEnd(bytes)), codec);
      if (!codec || !samples) return;
      const [ssrc, timestamp] = [bytes.readUInt32BE(8), bytes.readUInt32BE(4)];
      this.#wav.hear(channel, { samples, ssrc, timestamp, clockRate: codec.clockRate, nowMs });
    };
  }

  /** To be called many times a second. */
  tick(): void {
    const nowMs = this.#clock.nowMs();
    if (nowMs < this.#nextFlushMs) return;
    this.#nextFlushMs = nowMs + FLUSH_MS;
    this.#wav.flush(nowMs);
    this.#pcap.flush();
  }

  /** Resolves when both files are complete, or gone if they are not wanted. */
  async finish(discards: boolean): Promise<void> {
    const description = this.#description();
    for (const leave of this.#followed.values()) leave();
    this.#followed.clear();
    const text = this.#written[2];
    text?.write(new TextEncoder().encode(description), 0);
    await Promise.all([text?.close(), this.#wav.finish(this.#clock.nowMs()), this.#pcap.finish()]);
    const droppedBytes = this.#written.reduce((sum, file) => sum + file.droppedBytes, 0);
    if (droppedBytes > 0)
      this.#logger.warn({ droppedBytes }, 'the disk was too slow or full for a recording');
    if (discards) await Promise.all(this.#written.map(({ path }) => rm(path, { force: true })));
    this.#logger.info(this.files, discards ? 'recording discarded' : 'recording finished');
  }

  /** What stands beside the files: when it was, who is in which channel, and what the client said. */
  #description(): string {
    const [offerer, ...others] = [...this.#followed.keys()].map(({ tag, label }) =>
      label ? `${tag} (${label})` : tag,
    );
    const time = (unixMs: number) => new Date(unixMs).toISOString();
    return [
      `begin: ${time(this.#beganMs)}`,
      `end: ${time(this.#clock.unixMs())}`,
      `left: ${offerer ?? ''}`,
      `right: ${others.join(', ')}`,
      '',
      this.metadata ?? '',
      '',
    ].join('\n');
  }
}
