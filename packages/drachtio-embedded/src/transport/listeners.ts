import { defaultPorts } from '@ringback/sip';
import type { ContactSpec } from '../contact.ts';
import type { BindRequest } from './bind.ts';
import {
  type Flow,
  formatAddress,
  type Listener,
  type SocketAddress,
  type TransportEvents,
  type TransportName,
} from './flow.ts';
import { OwnAddress } from './own-address.ts';
import { listenStream } from './stream-listener.ts';
import { listenUdp } from './udp.ts';
import { listenWebSocket } from './ws.ts';

type Settings = Omit<BindRequest, 'host' | 'port' | 'own'> & { externalHost?: string };

const LISTEN = {
  udp: listenUdp,
  tcp: listenStream,
  tls: listenStream,
  ws: listenWebSocket,
  wss: listenWebSocket,
} as const satisfies Record<
  TransportName,
  (request: BindRequest, events: TransportEvents) => Promise<Listener>
>;

/** With port 0 the first transport of a contact gets any port, and the others may find that one taken. */
const PORT_ATTEMPTS = 5;

/** All sockets SIP is spoken on. */
export class Listeners {
  readonly all: readonly Listener[];

  constructor(all: readonly Listener[]) {
    this.all = all;
  }

  has(transport: TransportName): boolean {
    return this.all.some((listener) => listener.transport === transport);
  }

  /** The listener to send from: the nearest to that peer, loopback last; of equals the first. */
  pick(transport: TransportName, remoteHost: string): Listener | undefined {
    const ipv6 = remoteHost.includes(':');
    let best: { listener: Listener; nearness: number } | undefined;
    for (const listener of this.all) {
      if (listener.transport !== transport || listener.local.host.includes(':') !== ipv6) continue;
      const nearness = listener.own.nearnessTo(remoteHost);
      if (!best || nearness > best.nearness) best = { listener, nearness };
    }
    return best?.listener;
  }

  /** Whether a request sent there would come back to us. */
  isOwn(transport: TransportName, address: SocketAddress): boolean {
    return this.all.some(
      (listener) =>
        listener.transport === transport &&
        listener.local.port === address.port &&
        listener.own.isOwn(address.host),
    );
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map((listener) => listener.close()));
  }
}

/** Opens every socket or none. @throws what listenError makes of the first refusal. */
export async function openListeners(
  contacts: ContactSpec[],
  settings: Settings,
  events: TransportEvents,
): Promise<Listeners> {
  const open: Listener[] = [];
  try {
    for (const contact of contacts) open.push(...(await openContact(contact, settings, events)));
    return new Listeners(open);
  } catch (error) {
    await new Listeners(open).close();
    throw error;
  }
}

async function openContact(
  contact: ContactSpec,
  settings: Settings,
  events: TransportEvents,
): Promise<Listener[]> {
  for (let attempt = 1; ; attempt++) {
    const open: Listener[] = [];
    try {
      for (const transport of contact.transports) {
        const port =
          contact.port === 0 ? (open[0]?.local.port ?? 0) : (contact.port ?? defaultPorts[transport]);
        open.push(await LISTEN[transport](bindRequest(contact, transport, port, settings), events));
      }
      return open;
    } catch (error) {
      await new Listeners(open).close();
      if (contact.port !== 0 || open.length === 0 || attempt === PORT_ATTEMPTS) throw error;
    }
  }
}

function bindRequest(
  contact: ContactSpec,
  transport: TransportName,
  port: number,
  settings: Settings,
): BindRequest {
  const { tls, externalHost, ...rest } = settings;
  const secure = transport === 'tls' || transport === 'wss';
  if (secure && !tls)
    throw new Error(`${transport} on ${formatAddress({ host: contact.host, port })} needs a certificate`);
  return {
    ...rest,
    ...(secure && tls ? { tls } : {}),
    host: contact.host,
    port,
    own: ownAddress(contact, externalHost),
  };
}

/** A contact without an external address of its own shows the common one, if there is one, to everybody. */
function ownAddress(contact: ContactSpec, commonHost: string | undefined): OwnAddress {
  const { host: boundHost, sips, externalHost, localNets, dnsNames } = contact;
  const common = externalHost === undefined && commonHost !== undefined;
  return new OwnAddress({
    boundHost,
    sips,
    externalHost: externalHost ?? commonHost,
    localNets: common ? [] : localNets,
    dnsNames,
  });
}

/** `udp/127.0.0.1:5060` */
export function hostport(listener: Listener, address: SocketAddress): string {
  return `${listener.transport}/${formatAddress(address)}`;
}

/**
 * Our URI for the peer of a flow, without a user: `sip:127.0.0.1:5060` (udp), `sip:127.0.0.1:5061;transport=tls`, or for a
 * contact that was written as sips `sips:127.0.0.1:5061`. Of a listener it is the one the world is shown.
 */
export function contactUri(at: Flow | Listener): string {
  const { transport, advertised } = at;
  const { sips } = 'listener' in at ? at.listener.own : at.own;
  // RFC 3261 26.2.2, RFC 7118 5: under sips TLS goes without saying.
  const name = sips ? transport.replace('wss', 'ws') : transport;
  const suffix = transport === 'udp' || (sips && transport === 'tls') ? '' : `;transport=${name}`;
  return `${sips ? 'sips' : 'sip'}:${formatAddress(advertised)}${suffix}`;
}

export type { Flow };
