import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { decodeHep, type HepPacket } from '@ringback/hep';
import { receiverReport } from '@ringback/rtp';
import { createLogger } from '@ringback/runtime';
import { HepRecorder } from '@ringback/testing';
import { describe, expect, it } from 'vitest';
import { openHomer, type RtcpCapture } from '../src/quality/homer.ts';
import { until } from './engine-support.ts';

const logger = createLogger('test', 'silent');
const capture: RtcpCapture = {
  callId: 'call@host',
  from: { address: '127.0.0.1', port: 4001 },
  to: { address: '127.0.0.1', port: 30_001 },
  packets: [receiverReport(7, [])],
  unixMs: 1_700_000_000_250,
};
const expected = {
  ...{ ipFamily: 2, ipProtocol: 17, protocolType: 5, captureId: 9, correlationId: 'call@host' },
  ...{ sourceAddress: '127.0.0.1', sourcePort: 4001, destinationPort: 30_001, timeMs: 1_700_000_000_250 },
};

describe('the mirror of RTCP', () => {
  it('sends HEPv3 over UDP, also of IPv6, and nothing of packets that hold no report', async () => {
    const collector = await HepRecorder.open();
    const homer = openHomer({ ...collector.address, protocol: 'udp', captureId: 9 }, logger);
    homer.capture({ ...capture, packets: [{ kind: 'goodbye', ssrcs: [7] }] });
    homer.capture(capture);
    homer.capture({ ...capture, from: { address: '::1', port: 1 }, to: { address: '::1', port: 2 } });
    await until('two packets', () => collector.packets.length >= 2);
    expect(collector.packets).toMatchObject([expected, { ipFamily: 10, sourceAddress: '::1' }]);
    const json = JSON.parse(Buffer.from(collector.packets[0]!.payload).toString());
    expect(json).toEqual({ ssrc: 7, type: 201, report_count: 0, report_blocks: [] });
    homer.close();
    collector.close();
  });

  it('sends one packet after the other over TCP, and bears a collector that is away', async () => {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const options = { host: '127.0.0.1', port, protocol: 'tcp', captureId: 9 } as const;
    const homer = openHomer(options, logger);
    const connected = once(server, 'connection') as Promise<[Socket]>;
    for (let i = 0; i < 3; i++) homer.capture(capture);
    const [socket] = await connected;
    let bytes = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
    });
    await until('three packets', () => packetsIn(bytes).length === 3);
    expect(packetsIn(bytes)).toMatchObject([expected, expected, expected]);
    homer.close();
    await once(socket, 'close');
    server.close();
    await once(server, 'close');
    const lonely = openHomer(options, logger);
    for (let i = 0; i < 1000; i++) lonely.capture(capture);
    lonely.close();
  });
});

function packetsIn(bytes: Buffer): HepPacket[] {
  const length = bytes.length >= 6 ? bytes.readUInt16BE(4) : Number.POSITIVE_INFINITY;
  if (length > bytes.length) return [];
  const decoded = decodeHep(bytes.subarray(0, length));
  if (!decoded.ok) throw new Error(decoded.error.code);
  return [decoded.packet, ...packetsIn(bytes.subarray(length))];
}
