import type { CallDetail } from '@ringback/contracts';

/** The request that asked for this call; null for a call that came over SIP. */
export function curlOf({ text, to, from, voiceId }: CallDetail, origin: string): string | null {
  if (text === null) return null;
  const body = {
    to: to.number,
    text,
    ...(voiceId === null ? {} : { voiceId }),
    ...(from.displayName === null ? {} : { from: from.displayName }),
  };
  const parts = [
    `curl -X POST ${quoted(`${origin}/api/calls`)}`,
    `-H 'content-type: application/json'`,
    // Beyond loopback the interface asks for its token, which is nobody's to copy.
    ...(isLoopback(origin) ? [] : ['-H "authorization: Bearer $RINGBACK_TOKEN"']),
    `-d ${quoted(JSON.stringify(body))}`,
  ];
  return parts.join(' \\\n  ');
}

function isLoopback(origin: string): boolean {
  return /^https?:\/\/(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?$/.test(origin);
}

/** For a POSIX shell: nothing between single quotes means anything. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
