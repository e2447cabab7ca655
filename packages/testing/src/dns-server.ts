import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { findProgram, run } from './program.ts';

const dnsmasq = findProgram('dnsmasq');
export const hasDnsmasq = dnsmasq !== undefined;

const NOBODY = 65_534;

export interface DnsServer {
  /** `address:port` */
  readonly server: string;
  stop(): Promise<void>;
}

/** A port for `startDnsServer`, for who has to name it before its records are known. */
export async function freeDnsPort(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}

/**
 * A real DNS server on 127.0.0.1 that knows `records` and nothing else, without privileges.
 * @param records options of dnsmasq: `srv-host=_sip._udp.a.test,b.test,5060,10,50`, `host-record=b.test,127.0.0.2`,
 *   `naptr-record=a.test,10,50,s,SIP+D2U,,_sip._udp.a.test`.
 */
export async function startDnsServer(port: number, records: readonly string[]): Promise<DnsServer> {
  const privileged = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  const fixed = [
    '--keep-in-foreground',
    '--conf-file=/dev/null',
    '--pid-file=',
    '--log-facility=-',
    '--no-resolv',
    '--no-hosts',
    '--local=/test/',
    `--port=${port}`,
    '--listen-address=127.0.0.1',
    '--bind-interfaces',
  ];
  const program = run(
    dnsmasq ?? 'dnsmasq',
    [...fixed, ...records.map((record) => `--${record}`)],
    privileged,
  );
  await program.printed(/started, version/, 20_000);
  return {
    server: `127.0.0.1:${port}`,
    stop: async () => {
      await program.stop();
    },
  };
}
