import { header, parseNameAddr, parseUri, type SipRequest } from '@ringback/sip';

/** What is done with a request of a spammer: nothing at all, or 603. */
export type SpammerAction = 'discard' | 'reject';

/** drachtio-server's `<spammers>`: text that gives a scanner away when it stands in one of these headers. */
export interface SpammerOptions {
  /** Anywhere in User-Agent, or in the user part of From and To. Case counts. */
  headers: Partial<Record<'user-agent' | 'from' | 'to', readonly string[]>>;
  /** The default is to discard. */
  action?: SpammerAction;
  /** For streams; the default is `action`. */
  tcpAction?: SpammerAction;
}

/** Programs that go through the networks for open servers and guess passwords. For `headers['user-agent']`. */
export const KNOWN_SCANNERS: readonly string[] = [
  'friendly-scanner',
  'sipvicious',
  'sipcli',
  'sipsak',
  'sip-scan',
  'sundayddr',
  'VaxSIPUserAgent',
  'pplsip',
  'smap',
];

const USER_PARTS = ['from', 'to'] as const;

/** What to do with a request, undefined when it is no spammer's. */
export function spammerAction(
  { headers, action = 'discard', tcpAction = action }: SpammerOptions,
  request: SipRequest,
  reliable: boolean,
): SpammerAction | undefined {
  const found =
    holds(headers['user-agent'], header(request, 'User-Agent')) ||
    USER_PARTS.some((name) => holds(headers[name], userOf(request, name)));
  if (!found) return undefined;
  return reliable ? tcpAction : action;
}

const holds = (patterns: readonly string[] = [], text = '') =>
  patterns.some((pattern) => pattern !== '' && text.includes(pattern));

function userOf(request: SipRequest, name: string): string | undefined {
  return parseUri(parseNameAddr(header(request, name) ?? '')?.uri ?? '')?.user;
}
