import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readWav, samplesOfBytes } from '@ringback/audio';
import { findProgram, type RunningProcess, run } from '@ringback/testing';
import { freePort, freePortPair } from './ports.ts';

export const BARESIP = findProgram('baresip');

/** A baresip event: REGISTER_OK, CALL_INCOMING, CALL_ESTABLISHED, CALL_CLOSED, … */
export interface BaresipEvent {
  event: true;
  type: string;
  param?: string;
  peeruri?: string;
}

export interface BaresipAccount {
  number: string;
  password: string;
  registrar: { host: string; port: number };
  transport?: 'udp' | 'tcp';
  /** `auto` answers by itself. */
  answer?: 'auto' | 'manual';
}

/** A baresip with no sound card: it sends a sine of 440 Hz and keeps what it hears in a WAV file. */
export interface Baresip {
  command(command: string, params?: string): void;
  /** The next event of this type, also one that has come already but was not asked for. */
  event(type: string, timeoutMs?: number): Promise<BaresipEvent>;
  /** 16-bit samples at 8 kHz that it heard in its last call; complete once the call is closed. */
  heard(): Promise<Int16Array>;
  output(): string;
  stop(): Promise<void>;
}

const SENDS_HZ = 440;
export const BARESIP_TONE_HZ = SENDS_HZ;

export async function startBaresip(account: BaresipAccount): Promise<Baresip> {
  const directory = await mkdtemp(join(tmpdir(), 'ringback-baresip-'));
  const [sipPort, controlPort, rtpPort] = await Promise.all([freePortPair(), freePort(), freePort()]);
  await writeFile(join(directory, 'config'), config(directory, sipPort, controlPort, rtpPort));
  await writeFile(join(directory, 'accounts'), accountLine(account));
  await writeFile(join(directory, 'contacts'), '');
  const process = run(BARESIP ?? 'baresip', ['-f', directory]);
  await process.printed(/baresip is ready/, 10_000);
  const control = connect(controlPort, '127.0.0.1');
  await once(control, 'connect');
  const events = readEvents(control);

  return {
    command: (command, params = '') => control.write(netstring(JSON.stringify({ command, params }))),
    event: (type, timeoutMs = 20_000) => events.next(type, timeoutMs, process),
    async heard() {
      const dumps = (await readdir(directory)).filter((name) => /^dump-.*-dec\.wav$/.test(name)).sort();
      const newest = dumps.at(-1);
      if (!newest) throw new Error(`baresip heard nothing:\n${process.output()}`);
      return samplesOfBytes(readWav(await readFile(join(directory, newest))).data);
    },
    output: process.output,
    async stop() {
      control.destroy();
      await process.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function config(directory: string, sipPort: number, controlPort: number, rtpPort: number): string {
  return `poll_method epoll
sip_listen 127.0.0.1:${sipPort}
audio_source ausine,${SENDS_HZ}
audio_player aubridge,ears
audio_alert aubridge,bell
ausrc_srate 48000
auplay_srate 8000
ausrc_channels 2
auplay_channels 1
rtp_ports ${rtpPort}-${rtpPort + 20}
module_path /usr/lib/baresip/modules
module g711.so
module ausine.so
module aubridge.so
module sndfile.so
module_tmp uuid.so
module_tmp account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen 127.0.0.1:${controlPort}
snd_path ${directory}
`;
}

function accountLine({
  number,
  password,
  registrar,
  transport = 'udp',
  answer = 'manual',
}: BaresipAccount): string {
  const uri = `sip:${number}@${registrar.host}:${registrar.port};transport=${transport}`;
  return `<${uri}>;auth_user=${number};auth_pass=${password};answermode=${answer};regint=120;audio_codecs=PCMU/8000/1\n`;
}

const netstring = (text: string) => `${Buffer.byteLength(text)}:${text},`;

/** Events of the control connection, each given once to whoever asks for its type. */
function readEvents(control: Socket) {
  const waiting: BaresipEvent[] = [];
  const arrivals = new Set<() => void>();
  let rest = Buffer.alloc(0);
  control.on('data', (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      const colon = rest.indexOf(':');
      const length = Number(rest.subarray(0, colon));
      if (colon < 0 || rest.length < colon + length + 2) break;
      const message = JSON.parse(
        rest.subarray(colon + 1, colon + 1 + length).toString(),
      ) as Partial<BaresipEvent>;
      rest = rest.subarray(colon + length + 2);
      if (message.event) waiting.push(message as BaresipEvent);
    }
    for (const arrival of arrivals) arrival();
  });
  control.on('error', () => control.destroy());

  return {
    next(type: string, timeoutMs: number, process: RunningProcess): Promise<BaresipEvent> {
      return new Promise((resolve, reject) => {
        const look = () => {
          const index = waiting.findIndex((event) => event.type === type);
          if (index < 0) return;
          clearTimeout(timer);
          arrivals.delete(look);
          resolve(waiting.splice(index, 1)[0]!);
        };
        const timer = setTimeout(() => {
          arrivals.delete(look);
          const seen = waiting.map((event) => `${event.type} ${event.param ?? ''}`).join('\n');
          reject(new Error(`baresip: no ${type} in ${timeoutMs} ms; seen:\n${seen}\n${process.output()}`));
        }, timeoutMs);
        arrivals.add(look);
        look();
      });
    },
  };
}
