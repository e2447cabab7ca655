import { type FileHandle, open } from 'node:fs/promises';
import type { SipMessageRecord } from '@ringback/contracts';
import { addressBytes } from '@ringback/hep';
import { CaptureWriter, type Endpoint, MAX_PAYLOAD, pcap, readPcap } from '@ringback/pcap';
import { withSdpInTheClear } from './sdp-in-the-clear.ts';

const CHUNK_BYTES = 256 * 1024;
const FORMAT = pcap('nanoseconds');

/**
 * One capture of a call: its SIP messages, whatever carried them, as packets between their addresses, and among them in the
 * order of time the RTP of its recording, which is in the clear whatever it was on the wire; the SDP beside it says so. Ends where
 * the recording has got to.
 */
export async function* callCapture(
  messages: readonly SipMessageRecord[],
  rtpFile: string | undefined,
): AsyncGenerator<Uint8Array> {
  const sip = sipRecords(messages, rtpFile !== undefined);
  yield FORMAT.header;
  let next = sip.next();
  if (rtpFile !== undefined)
    for await (const { frame, timeMs } of framesOf(rtpFile)) {
      for (; !next.done && next.value.timeMs <= timeMs; next = sip.next()) yield next.value.bytes;
      yield FORMAT.record(frame, timeMs);
    }
  for (; !next.done; next = sip.next()) yield next.value.bytes;
}

function* sipRecords(
  messages: readonly SipMessageRecord[],
  withMedia: boolean,
): Generator<{ bytes: Uint8Array; timeMs: number }, undefined, void> {
  const writer = new CaptureWriter(FORMAT);
  for (const { source, destination, raw, timeUs } of messages) {
    const [from, to] = ofOneFamily(endpointOf(source), endpointOf(destination));
    const text = withMedia ? withSdpInTheClear(raw) : raw;
    const payload = new TextEncoder().encode(text).subarray(0, MAX_PAYLOAD);
    const timeMs = timeUs / 1000;
    const bytes = writer.record({ from, to, payload, timeMs });
    if (bytes) yield { bytes, timeMs };
  }
}

/** `127.0.0.1:5060` or `[::1]:5060`. */
function endpointOf(text: string): Endpoint {
  const colon = text.lastIndexOf(':');
  const host = text.slice(0, colon).replace(/^\[|\]$/g, '');
  const address = addressBytes(host, host.includes(':') ? 10 : 2) ?? new Uint8Array(4);
  return { address, port: Number(text.slice(colon + 1)) & 0xffff };
}

/** A frame has addresses of one family; an end of the other family is written as no address. */
function ofOneFamily(from: Endpoint, to: Endpoint): [Endpoint, Endpoint] {
  if (from.address.length === to.address.length) return [from, to];
  return [from, { ...to, address: new Uint8Array(from.address.length) }];
}

const HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;

/** The frames of a capture file that may be of any length, and may still grow. */
async function* framesOf(path: string): AsyncGenerator<{ frame: Uint8Array; timeMs: number }> {
  const file = await open(path);
  try {
    const header = await piece(file, 0, HEADER_BYTES);
    if (header.length < HEADER_BYTES) return;
    for (let at = HEADER_BYTES; ; ) {
      const chunk = await piece(file, at, CHUNK_BYTES);
      const before = at;
      for (const captured of readPcap(Buffer.concat([header, chunk]))) {
        at += RECORD_HEADER_BYTES + captured.frame.length;
        yield captured;
      }
      if (at === before) return;
    }
  } finally {
    await file.close();
  }
}

async function piece(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}
