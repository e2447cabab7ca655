import { describe, expect, it } from 'vitest';
import { expectWhy } from '../support/expect-why.ts';
import type { WhyNetwork } from '../support/why-network.ts';

const REFUSALS: readonly (readonly [number, string, Record<string, string>, string, RegExp, string])[] = [
  [486, 'Busy Here', {}, 'busy', /is busy/, 'RFC 3261 21.4.24'],
  [600, 'Busy Everywhere', {}, 'busy', /is busy/, 'RFC 3261 21.6.1'],
  [603, 'Decline', {}, 'declined', /declined the call/, 'RFC 3261 21.6.2'],
  [480, 'Temporarily Unavailable', {}, 'not-available', /not available/, 'RFC 3261 21.4.18'],
  [404, 'Not Found', {}, 'unknown-there', /does not know that number/, 'RFC 3261 21.4.5'],
  [
    302,
    'Moved Temporarily',
    { Contact: '<sip:elsewhere@example.org>' },
    'redirected',
    /\(302 to <sip:elsewhere@example\.org>\)/,
    'RFC 3261 21.3',
  ],
  [503, 'Service Unavailable', { 'Retry-After': '7' }, 'overloaded', /\(503\)/, 'RFC 3261 21.5.4'],
  [500, 'Server Internal Error', {}, 'phone-fault', /answered 500 Server Internal Error/, 'RFC 3261 21.5'],
  [420, 'Bad Extension', {}, 'refused', /420 Bad Extension/, 'RFC 3261 21.4'],
  [
    401,
    'Unauthorized',
    { 'WWW-Authenticate': 'Digest realm="x", nonce="y"' },
    'phone-asks-password',
    /for a password \(401\)/,
    'RFC 3261 21.4.2',
  ],
  [
    488,
    'Not Acceptable Here',
    { Warning: '305 x "Incompatible media format"' },
    'no-common-codec',
    /PCMU and PCMA/,
    'RFC 3261 21.4.26',
  ],
];

export function refusals(world: () => WhyNetwork): void {
  describe.concurrent('a phone that says no', () => {
    it.each(REFUSALS)('with %i %s', async (status, phrase, headers, rule, sentence, reference) => {
      const { callee, invite, received } = await world().ringing();
      callee.sip.reply(received, status, phrase, { headers });
      const why = await world().whyOf(invite);
      expectWhy(why, rule, sentence, reference);
      expect(why.because.flatMap(({ messageIds }) => messageIds).length).toBeGreaterThan(0);
    });

    it('by an answer with a codec that nobody offered', async () => {
      const { callee, invite, received } = await world().ringing();
      callee.sip.reply(received, 200, 'OK', { body: callee.sdp({ codecs: '18' }) });
      const why = await world().whyOf(invite);
      expectWhy(why, 'no-common-codec', /answered with G729/, 'RFC 3261 21.4.26');
    });
  });
}
