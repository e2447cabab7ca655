import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Call, Leg, SipMessageRecord } from '@ringback/contracts';
import { createLogger } from '@ringback/runtime';
import { hasPostgres, startPostgres } from '@ringback/testing';
import { uuidv7 } from 'uuidv7';
import { startEmbeddedDatabase } from '../src/index.ts';

export const logger = createLogger('store-test', 'silent');

export interface TestDatabase {
  url: string;
  close(): Promise<void>;
}

/** Both kinds of database that a network can have; everything must hold on both. */
export const databases: { name: string; start: () => Promise<TestDatabase> }[] = [
  { name: 'PGlite', start: startPglite },
  ...(hasPostgres ? [{ name: 'PostgreSQL', start: startPostgres }] : []),
];

async function startPglite(): Promise<TestDatabase> {
  const dataDir = await mkdtemp(join(tmpdir(), 'ringback-pglite-'));
  const { url, close } = await startEmbeddedDatabase({ dataDir, logger });
  return {
    url,
    async close() {
      await close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export function aCall(change: Partial<Call> = {}): Call {
  return {
    id: uuidv7(),
    status: 'queued',
    from: { number: 'voice', displayName: 'Ringback' },
    to: { number: '1001', displayName: 'Alice' },
    text: 'Your parcel is here.',
    voiceId: null,
    speechProvider: null,
    firstAudioMs: null,
    speechCached: null,
    createdAt: '2026-03-01T10:00:00.000Z',
    ringingAt: null,
    answeredAt: null,
    endedAt: null,
    durationMs: null,
    mos: null,
    end: null,
    explanation: null,
    ...change,
  };
}

export function aLeg(callId: string, change: Partial<Leg> = {}): Leg {
  return {
    id: uuidv7(),
    callId,
    role: 'callee',
    state: 'early',
    sipCallId: randomUUID(),
    number: '1001',
    displayName: null,
    kind: 'browser',
    transport: 'ws',
    remoteAddress: '127.0.0.1:40000',
    userAgent: 'JsSIP',
    startedAt: '2026-03-01T10:00:00.010Z',
    answeredAt: null,
    endedAt: null,
    sipStatus: 180,
    media: null,
    ...change,
  };
}

export function aMessage(callId: string, change: Partial<SipMessageRecord> = {}): SipMessageRecord {
  return {
    id: randomUUID(),
    callId,
    legId: null,
    sipCallId: 'a@b',
    time: '2026-03-01T10:00:00.000Z',
    timeUs: 1_772_359_200_000_000,
    transport: 'udp',
    source: '127.0.0.1:5060',
    destination: '127.0.0.1:40000',
    direction: 'out',
    summary: 'INVITE sip:1001@127.0.0.1',
    method: 'INVITE',
    status: null,
    cseq: '1 INVITE',
    raw: 'INVITE sip:1001@127.0.0.1 SIP/2.0\r\n\r\n',
    ...change,
  };
}
