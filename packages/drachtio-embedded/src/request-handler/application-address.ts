/** Where an application listens (drachtio-srf's `listen`). */
export interface ApplicationAddress {
  /** IP address, without brackets, or a name. */
  host: string;
  port: number;
  tls: boolean;
}

/** Taken when an address names no port. */
const DEFAULT_PORT = 9021;

/** Reads `host:port`, `host:port;transport=tls` or `[::1]:port`; undefined when it is none of them. */
export function parseApplicationAddress(text: string): ApplicationAddress | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:;[\]/@]+))(?::(\d{1,5}))?(?:;transport=(tcp|tls))?$/i.exec(
    text,
  );
  if (!match) return undefined;
  const port = match[3] === undefined ? DEFAULT_PORT : Number(match[3]);
  if (port === 0 || port > 65_535) return undefined;
  return { host: match[1] ?? match[2] ?? '', port, tls: match[4]?.toLowerCase() === 'tls' };
}
