import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

export const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

/** The package as npm installed it: its tests run where they lie, unchanged. */
export const PACKAGE = join(ROOT, 'node_modules/drachtio-srf');

/**
 * The files that its test/index.js runs. There is one more, subscribe.js: it sends one NOTIFY where its scenario waits for
 * two, so it fails with any server.
 */
export const SUITES = ['b2b', 'reinvite-tests', 'uac', 'uas', 'proxy', 'utils', 'refer'] as const;
export type Suite = (typeof SUITES)[number];

/** A container of the package's test bed. */
export interface Service {
  name: string;
  address: string;
  command: string[];
  /** Of the port for applications, as the tests reach it. */
  adminPort: number | undefined;
}

interface ComposeFile {
  services: Record<
    string,
    { command: string; ports?: string[]; networks: Record<string, { ipv4_address: string }> }
  >;
}

/** What docker-compose would have started. */
export function services(): Service[] {
  const text = readFileSync(join(PACKAGE, 'test/docker-compose-testbed.yaml'), 'utf8');
  const file = parse(text) as ComposeFile;
  return Object.entries(file.services).map(([name, { command, ports, networks }]) => ({
    name,
    address: Object.values(networks)[0]!.ipv4_address,
    command: command.split(/\s+/),
    adminPort: ports ? Number(ports[0]!.split(':')[0]) : undefined,
  }));
}

/**
 * SIPp 3.6.1, which is Debian's, wants `<` and `>` kept out of attributes and does not read them escaped either; older
 * ones were less exact. A dot matches them as well.
 */
export function readableScenario(text: string): string {
  return text.replaceAll('regexp="<sip:(.*)>"', 'regexp=".sip:(.*)."');
}

export const SCENARIOS = join(PACKAGE, 'test/scenarios');
export const HERE = dirname(fileURLToPath(import.meta.url));
