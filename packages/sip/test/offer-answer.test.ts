import { describe, expect, it } from 'vitest';
import { exchange, noOffer, offerAnswerTable, offerConflict, type SipMessage } from '../src/index.ts';
import { parsed } from './messages.ts';

const SDP = 'Content-Type: application/sdp\nContent-Length: 5\n\nv=0\n';
const body = (sdp: boolean) => (sdp ? SDP : 'Content-Length: 0\n\n');
const common = (cseq: string) => `Via: SIP/2.0/UDP a.example;branch=z9hG4bK1
From: <sip:a@a.example>;tag=1
To: <sip:b@b.example>;tag=2
Call-ID: 1
CSeq: ${cseq}
`;

/** "us: 1 INVITE sdp", "them: 200 to 1 INVITE", "them: reliable 183 to 1 INVITE sdp". */
function message(text: string): SipMessage {
  const words = text.split(' ');
  const sdp = words.at(-1) === 'sdp';
  const at = words.indexOf('to');
  if (at < 0)
    return parsed(`${words[1]} sip:b@b.example SIP/2.0\n${common(`${words[0]} ${words[1]}`)}${body(sdp)}`);
  const reliable = words[0] === 'reliable' ? 'Require: 100rel\nRSeq: 1\n' : '';
  const cseq = `${words[at + 1]} ${words[at + 2]}`;
  return parsed(`SIP/2.0 ${words[at - 1]} Reason\n${common(cseq)}${reliable}${body(sdp)}`);
}

/** The names of the states that a conversation goes through. */
function states(...conversation: string[]): string[] {
  let state = noOffer;
  return conversation.map((line) => {
    const [side, text] = line.split(': ') as ['us' | 'them', string];
    state = exchange(state, side, message(text));
    return state.name;
  });
}

describe('offer and answer', () => {
  it.each<[string, [string, string][]]>([
    [
      'an INVITE with an offer, answered by its 200',
      [
        ['us: 1 INVITE sdp', 'ours'],
        ['them: 180 to 1 INVITE', 'ours'],
        ['them: 200 to 1 INVITE sdp', 'stable'],
        ['us: 1 ACK', 'stable'],
      ],
    ],
    [
      'an answer in early media, repeated by the 200',
      [
        ['them: 1 INVITE sdp', 'theirs'],
        ['us: 183 to 1 INVITE sdp', 'stable'],
        ['us: 200 to 1 INVITE sdp', 'stable'],
      ],
    ],
    [
      'an offer in the 200, answered by the ACK',
      [
        ['us: 1 INVITE', 'stable'],
        ['them: 180 to 1 INVITE sdp', 'stable'],
        ['them: 200 to 1 INVITE sdp', 'theirs'],
        ['us: 1 ACK sdp', 'stable'],
      ],
    ],
    [
      'an offer in the 200 that the ACK leaves without an answer',
      [
        ['them: 1 INVITE', 'stable'],
        ['us: 200 to 1 INVITE sdp', 'ours'],
        ['them: 1 ACK', 'stable'],
      ],
    ],
    [
      'an offer in a reliable 183, answered by the PRACK, then an UPDATE',
      [
        ['us: 1 INVITE', 'stable'],
        ['them: reliable 183 to 1 INVITE sdp', 'theirs'],
        ['us: 2 PRACK sdp', 'stable'],
        ['them: 200 to 2 PRACK', 'stable'],
        ['them: 9 UPDATE sdp', 'theirs'],
        ['us: 200 to 9 UPDATE sdp', 'stable'],
        ['them: 200 to 1 INVITE sdp', 'stable'],
      ],
    ],
    [
      'a new offer in a PRACK',
      [
        ['us: 1 INVITE sdp', 'ours'],
        ['them: reliable 183 to 1 INVITE sdp', 'stable'],
        ['us: 2 PRACK sdp', 'ours'],
        ['them: 200 to 2 PRACK sdp', 'stable'],
      ],
    ],
    [
      'an INVITE that is refused',
      [
        ['us: 1 INVITE sdp', 'ours'],
        ['them: 488 to 1 INVITE', 'stable'],
      ],
    ],
    [
      'offers that met: the refusal of one leaves the other open',
      [
        ['us: 1 INVITE sdp', 'ours'],
        ['them: 1 INVITE sdp', 'ours'],
        ['us: 491 to 1 INVITE', 'ours'],
        ['them: 491 to 1 INVITE', 'stable'],
      ],
    ],
    [
      'an UPDATE that only refreshes',
      [
        ['them: 1 UPDATE', 'stable'],
        ['us: 200 to 1 UPDATE', 'stable'],
      ],
    ],
    [
      'a body that describes no session',
      [
        ['them: 1 MESSAGE sdp', 'stable'],
        ['us: 200 to 1 MESSAGE sdp', 'stable'],
      ],
    ],
  ])('%s', (_what, conversation) => {
    expect(states(...conversation.map(([line]) => line))).toEqual(conversation.map(([, name]) => name));
  });

  it('is refused with 491 while ours is open, with 500 while theirs is', () => {
    expect(offerConflict(noOffer)).toBeUndefined();
    expect(offerConflict({ ...noOffer, name: 'ours' })).toBe(491);
    expect(offerConflict({ ...noOffer, name: 'theirs' })).toBe(500);
  });

  it('has an edge for every event in every state', () => {
    for (const edges of Object.values(offerAnswerTable)) expect(Object.keys(edges)).toHaveLength(5);
  });
});
