import { createSocket } from 'node:dgram';
import { connect, isIPv6, type Socket } from 'node:net';
import { encodeHep } from '@ringback/hep';
import { type RtcpPacket, rtcpJson } from '@ringback/rtp';
import type { Logger } from '@ringback/runtime';
import type { Endpoint } from '../transport/source-latch.ts';

/** A HOMER server, or any collector of HEPv3, as rtpengine's `--homer`, `--homer-protocol` and `--homer-id` name it. */
export type HomerOptions = { host: string; port: number; protocol: 'udp' | 'tcp'; captureId: number };

/** One RTCP packet as it came. `callId` is the call-id of the NG commands, which HOMER finds its SIP by. */
export type RtcpCapture = {
  callId: string;
  from: Endpoint;
  to: Endpoint;
  packets: readonly RtcpPacket[];
  unixMs: number;
};

export interface RtcpMirror {
  /** Never fails and never waits: what cannot be sent is lost. */
  capture(what: RtcpCapture): void;
  close(): void;
}

const PROTOCOL_RTCP_JSON = 5;
const UDP = 17;
const IPV4 = 2;
const IPV6 = 10;
/** A collector that does not read loses what is beyond. */
const MAX_WAITING_BYTES = 64 * 1024;
/** As rtpengine does. */
const RECONNECT_MS = 30_000;

export function openHomer(options: HomerOptions, logger: Logger): RtcpMirror {
  const line = options.protocol === 'udp' ? udpLine(options, logger) : tcpLine(options, logger);
  return {
    capture(what) {
      const json = rtcpJson(what.packets);
      if (json) line.send(hepPacket(what, JSON.stringify(json), options.captureId));
    },
    close: () => line.close(),
  };
}

function hepPacket({ callId, from, to, unixMs }: RtcpCapture, json: string, captureId: number): Uint8Array {
  return encodeHep({
    ipFamily: isIPv6(from.address) ? IPV6 : IPV4,
    ipProtocol: UDP,
    sourceAddress: from.address,
    sourcePort: from.port,
    destinationAddress: to.address,
    destinationPort: to.port,
    timeMs: unixMs,
    protocolType: PROTOCOL_RTCP_JSON,
    captureId,
    correlationId: callId,
    payload: Buffer.from(json),
  });
}

type Line = { send(bytes: Uint8Array): void; close(): void };

function udpLine({ host, port }: HomerOptions, logger: Logger): Line {
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  socket.on('error', (error) => logger.warn({ err: error }, 'RTCP cannot be mirrored'));
  return {
    send: (bytes) =>
      socket.send(bytes, port, host, (error) => {
        if (error) logger.debug({ err: error }, 'RTCP was not mirrored');
      }),
    close: () => socket.close(),
  };
}

/** Connects when there is something to send, and again after a while when the connection is lost. */
function tcpLine({ host, port }: HomerOptions, logger: Logger): Line {
  let socket: Socket | undefined;
  let retryMs = 0;
  const open = () => {
    const opened = connect({ host, port });
    opened.on('error', (error) => logger.warn({ err: error }, 'the collector of RTCP is away'));
    opened.on('close', () => {
      socket = undefined;
      retryMs = performance.now() + RECONNECT_MS;
    });
    // Nothing is expected from it; unread it would keep the connection from ending.
    opened.resume();
    return opened;
  };
  return {
    send(bytes) {
      if (!socket && performance.now() >= retryMs) socket = open();
      if (socket && socket.writableLength < MAX_WAITING_BYTES) socket.write(bytes);
    },
    close: () => socket?.destroy(),
  };
}
