import { randomInt } from 'node:crypto';
import { findProgram, run } from './program.ts';

const dnsmasq = findProgram('dnsmasq');
export const hasDnsmasq = dnsmasq !== undefined;

const NOBODY = 65_534;

export interface DnsServer {
  /** `address:port` */
  readonly server: string;
  stop(): Promise<void>;
}

const PORT = 5300;

/** An address of the loopback for `startDnsServer`, for who has to name it before its records are known. */
export function freeDnsAddress(): string {
  // Nothing else listens in 127.53.0.0/16, and few servers run at a time.
  return `127.53.${randomInt(256)}.${randomInt(1, 255)}:${PORT}`;
}

/**
 * A real DNS server that knows `records` and nothing else, without privileges.
 * @param records options of dnsmasq: `srv-host=_sip._udp.a.test,b.test,5060,10,50`, `host-record=b.test,127.0.0.2`,
 *   `naptr-record=a.test,10,50,s,SIP+D2U,,_sip._udp.a.test`.
 */
export async function startDnsServer(server: string, records: readonly string[]): Promise<DnsServer> {
  const privileged = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  const fixed = [
    '--keep-in-foreground',
    '--conf-file=/dev/null',
    '--pid-file=',
    '--log-facility=-',
    '--no-resolv',
    '--no-hosts',
    '--local=/test/',
    `--port=${PORT}`,
    `--listen-address=${server.slice(0, server.indexOf(':'))}`,
    '--bind-interfaces',
  ];
  const program = run(
    dnsmasq ?? 'dnsmasq',
    [...fixed, ...records.map((record) => `--${record}`)],
    privileged,
  );
  await program.printed(/started, version/, 20_000);
  return {
    server,
    stop: async () => {
      await program.stop();
    },
  };
}
