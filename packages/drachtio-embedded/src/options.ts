import type { Logger } from '@ringback/runtime';
import type { DefaultRefresher, Timing } from '@ringback/sip';
import type { AdminPorts } from './application/admin-server.ts';
import type { Clock } from './clock.ts';
import type { ContactOptions } from './contact.ts';
import type { GuardOptions } from './guard/options.ts';
import type { Limits } from './limits.ts';
import type { Dns, DnsOptions } from './locate/dns.ts';
import type { HepTarget } from './monitoring/hep-mirror.ts';
import type { RequestHandlerOptions } from './request-handler/handler-table.ts';
import type { TlsCertificate } from './transport/tls-options.ts';
import type { NatDetection } from './uac/behind-nat.ts';

export interface DrachtioOptions {
  /** Where SIP is spoken: drachtio's `sip:127.0.0.1:5060;transport=udp,tcp`, alone or with addresses of its own. */
  contacts: readonly (string | ContactOptions)[];
  /** Where applications connect, and the secret they have to show. TLS takes the certificate of `tls`. */
  admin: AdminPorts & {
    secret: string;
    /** Seconds between TCP keep-alive probes; 0 for none. The default is 45. */
    keepAliveSec?: number;
  };
  /** Who decides about new requests instead of the applications that connect here (drachtio's outbound mode). */
  requestHandlers?: readonly RequestHandlerOptions[];
  /** Put in Via and Contact, whoever the peer is, of every contact that names no external address of its own. */
  externalHost?: string;
  /** Where every SIP message is copied to. */
  hep?: HepTarget;
  /** Where Prometheus reads (`/metrics`). `process` adds memory, CPU and event loop; once in a process. */
  prometheus?: { host: string; port: number; process?: boolean };
  /** Whether applications that ask for `cdr:attempt`, `cdr:start` and `cdr:stop` get them. */
  cdrs?: boolean;
  logger: Logger;
  /** Needed for the transports `tls` and `wss`. */
  tls?: TlsCertificate;
  /** Pages that may open a WebSocket, by their Origin (`https://pbx.example`); left out, all of them. Others than browsers send none. */
  webSocketOrigins?: readonly string[];
  /** Seconds between TCP keep-alive probes of a silent SIP connection; 0 for none. The default is 45. */
  tcpKeepAliveSec?: number;
  /**
   * Whether a peer is answered inside a dialog where it was heard when its Contact names another host: `on`, the default;
   * `aggressive`, also when its Contact or Record-Route says `nat=yes`; `off`, always where its Contact says.
   */
  natDetection?: NatDetection;
  /** RFC 3261 timers; the default is T1 500 ms, T2 4 s, T4 5 s. */
  timing?: Partial<Timing>;
  limits?: Partial<Limits>;
  /** Who refreshes a session when the caller offers a timer and leaves that open (RFC 4028); `none`, the default, agrees on no timer. */
  defaultRefresher?: DefaultRefresher;
  /** What protects the server from strangers: rates, bans, scanners. Loopback is exempt unless said otherwise. */
  guard?: GuardOptions;
  clock?: Clock;
  /** Whom to ask for NAPTR, SRV and address records (RFC 3263); the default is what the system asks. */
  dns?: DnsOptions | Dns;
  /** A request bigger than so many bytes goes by TCP unless its URI names UDP (RFC 3261 18.1.1). The default is 1300. */
  mtu?: number;
  /** OPTIONS of this User-Agent, such as that of a load balancer, get 200 from the server and are shown to nobody. */
  userAgentOptionsAutoRespond?: string;
  /** Chooses among servers of equal rank (RFC 2782): 0 to below 1. */
  random?: () => number;
}
