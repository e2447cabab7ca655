import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT, type SourceFile, sources } from './sources.ts';

const PURE = [
  'sip',
  'sdp',
  'rtp',
  'audio',
  'drachtio-wire',
  'rtpengine-ng',
  'hep',
  'pcap',
  'diagnosis',
  'contracts',
].map((name) => `packages/${name}`);
/** The Node modules that compute and touch nothing outside the process. */
const HARMLESS = new Set(['node:crypto', 'node:buffer']);
const CLOCKS = /\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(|\bsetTimeout\(|\bsetInterval\(/;

/** Third-party SDKs and the one folder that may import each. */
const SDK_HOMES: Record<string, string> = {
  'drachtio-srf': 'services/b2bua',
  'rtpengine-client': 'services/b2bua',
  'sip.js': 'services/voice',
  jssip: 'web',
  pg: 'packages/store',
  '@electric-sql/pglite': 'packages/store',
  '@nats-io/transport-node': 'packages/runtime',
  '@elevenlabs/elevenlabs-js': 'packages/speech',
  'sdp-transform': 'packages/sdp',
  'node-datachannel': 'packages/rtpengine-embedded',
  'libopus-wasm': 'packages/rtpengine-embedded',
};

const all = sources();
const offenders = (wrong: (file: SourceFile) => readonly string[]) =>
  all.flatMap((file) => wrong(file).map((what) => `${file.path}: ${what}`));
const packageOf = (specifier: string) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

describe('the architecture', () => {
  it('finds the sources it judges', () => {
    for (const folder of PURE) expect(all.some((file) => file.folder === folder)).toBe(true);
    expect(all.length).toBeGreaterThan(100);
  });

  it('keeps pure packages free of I/O and clocks', () => {
    const wrong = offenders(({ folder, imports, text }) => {
      if (!PURE.includes(folder)) return [];
      const io = imports.filter((name) => name.startsWith('node:') && !HARMLESS.has(name));
      return CLOCKS.test(text) ? [...io, 'reads a clock'] : io;
    });
    expect(wrong).toEqual([]);
  });

  it('lets no service import another; only standalone starts them', () => {
    const services = new Set(
      all.filter(({ folder }) => folder.startsWith('services/')).map(({ folder }) => folder),
    );
    const wrong = offenders(({ folder, imports }) =>
      folder === 'services/standalone'
        ? []
        : imports.filter((name) => {
            const target = name.replace('@ringback/', 'services/');
            return services.has(target) && target !== folder;
          }),
    );
    expect(wrong).toEqual([]);
  });

  it('lets the page import the contracts alone', () => {
    const wrong = offenders(({ folder, imports }) =>
      folder === 'web'
        ? imports.filter((name) => name.startsWith('@ringback/') && name !== '@ringback/contracts')
        : [],
    );
    expect(wrong).toEqual([]);
  });

  it('has no import past the root of a package, and none out of its own folder', () => {
    const wrong = offenders(({ path, folder, imports }) =>
      imports.filter((name) => {
        if (name.startsWith('@ringback/')) return name.split('/').length > 2;
        return name.startsWith('.') && !join(path, '..', name).startsWith(`${folder}/`);
      }),
    );
    expect(wrong).toEqual([]);
  });

  it('imports only what its package.json names', () => {
    const wrong = offenders(({ folder, imports }) => {
      const manifest = JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8'));
      const known = {
        ...manifest.dependencies,
        ...manifest.optionalDependencies,
        ...manifest.devDependencies,
      };
      return imports.filter((name) => !/^(\.|node:)/.test(name) && !(packageOf(name) in known));
    });
    expect(wrong).toEqual([]);
  });

  it('imports each third-party SDK in one folder', () => {
    const wrong = offenders(({ folder, imports }) =>
      imports.filter((name) => {
        const home = SDK_HOMES[packageOf(name)];
        return home !== undefined && home !== folder;
      }),
    );
    expect(wrong).toEqual([]);
  });

  it('reads the environment in packages/runtime only', () => {
    const wrong = offenders(({ folder, text }) =>
      folder !== 'packages/runtime' && /process\.env\b/.test(text) ? ['process.env'] : [],
    );
    expect(wrong).toEqual([]);
  });

  it('has no cycle among packages', () => {
    const edges = new Map<string, Set<string>>();
    for (const { folder, imports } of all) {
      const targets = edges.get(folder) ?? new Set();
      edges.set(folder, targets);
      for (const name of imports.filter((specifier) => specifier.startsWith('@ringback/')))
        targets.add(name.replace('@ringback/', 'packages/'));
    }
    const visit = (folder: string, path: readonly string[]): string[] => {
      if (path.includes(folder)) return [[...path, folder].join(' -> ')];
      return [...(edges.get(folder) ?? [])].flatMap((next) => visit(next, [...path, folder]));
    };
    expect([...edges.keys()].flatMap((folder) => visit(folder, []))).toEqual([]);
  });
});
