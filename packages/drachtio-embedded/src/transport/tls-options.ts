import { isIP } from 'node:net';
import { createSecureContext, type SecureContextOptions, type SecureVersion } from 'node:tls';

/** What a server shows under one name; all PEM. */
export interface TlsIdentity {
  cert: string;
  key: string;
  /** Certificates between that one and an authority. */
  chain?: string;
}

/** TLS for the transports `tls` and `wss`, and for the connections we open. */
export interface TlsCertificate extends TlsIdentity {
  /** Authorities that are trusted instead of the system's, PEM. */
  ca?: string;
  /** What a client is shown that asks for a name of its own (SNI, RFC 6066 3); `*.example.com` stands for one label. */
  names?: Readonly<Record<string, TlsIdentity>>;
  /** Clients have to show a certificate that `ca` vouches for. The default is no. */
  verifyClients?: boolean;
  /** Servers we connect to have to show a valid certificate for the domain of the URI (RFC 5922 7). The default is yes. */
  verifyServers?: boolean;
  /** The default is TLSv1.2. */
  minVersion?: Extract<SecureVersion, 'TLSv1.2' | 'TLSv1.3'>;
}

function contextOptions({ cert, key, chain }: TlsIdentity, tls: TlsCertificate): SecureContextOptions {
  return {
    cert: chain === undefined ? cert : `${cert.trimEnd()}\n${chain}`,
    key,
    minVersion: tls.minVersion ?? 'TLSv1.2',
    ...(tls.ca === undefined ? {} : { ca: tls.ca }),
  };
}

/** @throws Error with a sentence when a certificate or key is none. */
export function serverTls(tls: TlsCertificate, handshakeTimeout: number) {
  const verify = tls.verifyClients === true;
  checked('the certificate', tls, tls);
  return { ...contextOptions(tls, tls), requestCert: verify, rejectUnauthorized: verify, handshakeTimeout };
}

/** Shows each name its own certificate. @throws Error with a sentence when one is none. */
export function addNames(
  server: { addContext(name: string, context: SecureContextOptions): void },
  tls: TlsCertificate,
): void {
  for (const [name, identity] of Object.entries(tls.names ?? {})) {
    checked(`the certificate of ${name}`, identity, tls);
    server.addContext(name, contextOptions(identity, tls));
  }
}

/** RFC 5922 7.1: what is checked, and asked for, is the domain of the URI, not what the DNS made of it. */
export function clientTls(tls: TlsCertificate, domain: string | undefined) {
  const name = domain === undefined || isIP(domain) !== 0 ? {} : { servername: domain };
  return { ...contextOptions(tls, tls), ...name, rejectUnauthorized: tls.verifyServers !== false };
}

function checked(what: string, identity: TlsIdentity, tls: TlsCertificate): void {
  try {
    createSecureContext(contextOptions(identity, tls));
  } catch (cause) {
    throw new Error(
      `tls: ${what} and its key do not work together (${(cause as Error).message}); both have to be PEM`,
      {
        cause,
      },
    );
  }
}
