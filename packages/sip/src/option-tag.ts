import { headers, type SipMessage } from './message.ts';

/** Whether a list of option tags (Supported, Require, Unsupported; RFC 3261 19.2) or of methods (Allow) names this one. */
export function namesOption(message: Pick<SipMessage, 'headers'>, list: string, tag: string): boolean {
  return headers(message, list).some((value) => value.toLowerCase() === tag.toLowerCase());
}
