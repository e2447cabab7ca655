import { networkInterfaces } from 'node:os';
import type { Config } from '@ringback/runtime';
import { bareHost, parseHostPort, type SipUri } from '@ringback/sip';

/** What counts as this network: its domain, and every address under which the SIP server is reached. */
export interface OwnAddresses {
  isOwnHost(host: string, receivedOn?: string): boolean;
  /** True for a URI that would lead a request back to the SIP server. */
  isOwnAddress(uri: SipUri, receivedOn?: string): boolean;
}

/** `hostports`: where the SIP server listens, as it told when it was last connected. */
export function ownAddresses(config: Config, hostports: () => readonly string[]): OwnAddresses {
  const fixed = new Set([config.domain, config.host, config.publicHost, 'localhost'].map(normal));

  const isOwnHost = (host: string, receivedOn?: string) => {
    const name = normal(host);
    return (
      fixed.has(name) ||
      (receivedOn !== undefined && name === normal(receivedOn)) ||
      listeners(hostports()).some((listener) => listener.host === name) ||
      localAddresses().includes(name)
    );
  };
  return {
    isOwnHost,
    isOwnAddress(uri, receivedOn) {
      if (normal(uri.host) === config.domain) return true;
      if (!isOwnHost(uri.host, receivedOn)) return false;
      const port = uri.port ?? (uri.scheme === 'sips' ? 5061 : 5060);
      return port === config.sipPort || listeners(hostports()).some((listener) => listener.port === port);
    },
  };
}

/** `udp/127.0.0.1:5060` as host and port. */
function listeners(hostports: readonly string[]): { host: string; port: number | undefined }[] {
  return hostports.flatMap((text) => {
    const parsed = parseHostPort(text.slice(text.indexOf('/') + 1));
    return parsed ? [{ host: normal(parsed.host), port: parsed.port }] : [];
  });
}

/** Bound to every interface, the server is reached under each of this machine's addresses. */
function localAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((list) => list?.map(({ address }) => address) ?? []);
}

function normal(host: string): string {
  return bareHost(host).toLowerCase();
}
