import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/**
 * Whether a page of somebody else asks, by way of a browser on this machine: its Origin (RFC 6454) is another host than
 * the one that was asked, or that one is a name which its owner may have pointed here. Programs mostly send no Origin.
 */
export function isForeign({ headers: { origin, host } }: IncomingMessage): boolean {
  if (origin === undefined) return false;
  const asked = hostOf(`http://${host ?? ''}`);
  return asked === undefined || hostOf(origin) !== asked || !(asked === 'localhost' || isIP(bare(asked)) > 0);
}

function hostOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).hostname : undefined;
}

function bare(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}
