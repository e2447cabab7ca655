import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CallDetail, Health, MessageList, Problem } from '@ringback/contracts';
import { type RunningProcess, run } from '@ringback/testing';
import { freePorts, mediaPorts } from './ports.ts';

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** SIP passwords of the network's subscribers. */
export const SUBSCRIBERS = { '1001': 'pass-1001', '1002': 'pass-1002', '1003': 'pass-1003' } as const;

/** A whole Ringback, run as its user runs it. */
export interface Network {
  readonly pageUrl: string;
  readonly sip: { host: string; port: number };
  readonly domain: string;
  /** GET or another method of the REST interface; the body is JSON. */
  api<T>(path: string, init?: { method?: string; body?: unknown }): Promise<{ status: number; body: T }>;
  /** The call once `ready` holds of it. @throws with the call as it was last, after `timeoutMs`. */
  call(id: string, ready: (call: CallDetail) => boolean, timeoutMs?: number): Promise<CallDetail>;
  messages(callId: string): Promise<MessageList['messages']>;
  /** Everything the network printed. */
  output(): string;
  readonly processes: readonly RunningProcess[];
  stop(): Promise<void>;
}

/** Settings of a network with free ports, a data directory of its own and known subscribers. */
export async function settings(): Promise<Record<string, string>> {
  const [http, sip, tls, ws, wss, hep] = await freePorts(6);
  return {
    PATH: process.env.PATH ?? '',
    HOME: process.env.HOME ?? '/',
    RINGBACK_HTTP_PORT: String(http),
    RINGBACK_SIP_PORT: String(sip),
    RINGBACK_SIP_TLS_PORT: String(tls),
    RINGBACK_SIP_WS_PORT: String(ws),
    RINGBACK_SIP_WSS_PORT: String(wss),
    RINGBACK_HEP_PORT: String(hep),
    RINGBACK_RTP_PORTS: mediaPorts(),
    RINGBACK_DATA_DIR: await mkdtemp(join(tmpdir(), 'ringback-e2e-')),
    RINGBACK_SUBSCRIBERS: '1001:pass-1001:Alice,1002:pass-1002:Bob,1003:pass-1003:Carol',
  };
}

/** `npm start`, with `env` over the settings above. */
export async function startNetwork(env: Record<string, string> = {}): Promise<Network> {
  const all = { ...(await settings()), ...env };
  const started = run(process.execPath, ['scripts/start.mjs'], { cwd: ROOT, env: all });
  await started.printed(/ready in/);
  return networkOf(all, [started]);
}

/** The interface to a network that runs with `env`; the last of `processes` is stopped first. */
export function networkOf(env: Record<string, string>, processes: readonly RunningProcess[]): Network {
  const pageUrl = `http://localhost:${env.RINGBACK_HTTP_PORT}`;
  const api: Network['api'] = async <T>(path: string, init: { method?: string; body?: unknown } = {}) => {
    const response = await fetch(pageUrl + path, {
      method: init.method ?? 'GET',
      ...(init.body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(init.body) }),
    });
    const text = await response.text();
    return { status: response.status, body: (text === '' ? null : JSON.parse(text)) as T };
  };
  return {
    pageUrl,
    sip: { host: '127.0.0.1', port: Number(env.RINGBACK_SIP_PORT) },
    domain: env.RINGBACK_DOMAIN ?? 'ringback.local',
    api,
    async call(id, ready, timeoutMs = 30_000) {
      return until(async () => {
        const { body } = await api<CallDetail>(`/api/calls/${id}`);
        return { value: body, ready: body.id === id && ready(body) };
      }, timeoutMs);
    },
    messages: async (callId) => (await api<MessageList>(`/api/calls/${callId}/messages`)).body.messages,
    output: () => processes.map((started) => started.output()).join('\n'),
    processes,
    async stop() {
      for (const started of [...processes].reverse()) await started.stop();
      await rm(env.RINGBACK_DATA_DIR ?? '', { recursive: true, force: true });
    },
  };
}

/** Asks for a spoken call over REST. @throws the problem that came instead. */
export async function speak(network: Network, to: string, text: string, more: object = {}): Promise<string> {
  const { status, body } = await network.api<{ id: string } & Problem>('/api/calls', {
    method: 'POST',
    body: { to, text, ...more },
  });
  if (status !== 202) throw new Error(`POST /api/calls: ${status} ${JSON.stringify(body)}`);
  return body.id;
}

/** Waits until health says that all parts are up. */
export async function healthy(network: Network): Promise<Health> {
  return until(async () => {
    const { body } = await network.api<Health>('/api/health');
    return { value: body, ready: body.status === 'up' };
  }, 20_000);
}

const LOOK_AGAIN_MS = 50;

async function until<T>(look: () => Promise<{ value: T; ready: boolean }>, timeoutMs: number): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const { value, ready } = await look();
    if (ready) return value;
    if (Date.now() > deadline)
      throw new Error(`not within ${timeoutMs} ms; last seen: ${JSON.stringify(value, null, 1)}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}
