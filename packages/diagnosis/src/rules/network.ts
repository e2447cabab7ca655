import type { EndCode } from '@ringback/contracts';
import { fact, type Rule } from '../rule.ts';
import { sentenceOf } from '../words.ts';

// Ends that the network itself brings about; both phones are as they should be.

interface NetworkEnd {
  readonly name: string;
  readonly codes: readonly EndCode[];
  readonly sentence: string;
  readonly reference: string;
  readonly remedy: string;
}

const NETWORK_ENDS: readonly NetworkEnd[] = [
  {
    name: 'network-interrupted',
    codes: ['interrupted'],
    sentence: 'Ringback ended without warning during this call, so neither phone could be told.',
    reference: 'RFC 3261 15',
    remedy:
      'Call again. Look at the end of its log before that time: it crashed, ran out of memory, or the machine was switched off.',
  },
  {
    name: 'network-stopped',
    codes: ['shutdown', 'voice-stopped'],
    sentence: 'The network was stopped during this call.',
    reference: 'RFC 3261 21.5.4',
    remedy: 'Call again when it has started again.',
  },
  {
    name: 'media-server-lost',
    codes: ['media-lost'],
    sentence: 'The media server lost this call: it was restarted, or one of its processes died.',
    reference: 'RFC 3261 21.5.4',
    remedy: 'Call again. If it happens more than once, look into the log of the media server.',
  },
  {
    name: 'media-server-silent',
    codes: ['media-failed'],
    sentence: 'The media server does not answer, so the two phones could not be joined.',
    reference: 'RFC 3261 21.5.4',
    remedy:
      'See that it runs (Network, on the page, tells it) and that RTPENGINE_URL, if set, is its address; then call again.',
  },
  {
    name: 'sip-server-lost',
    codes: ['signalling-lost', 'sip-server-silent', 'sip-server-gone'],
    sentence: 'The connection to the SIP server was lost, and this call with it.',
    reference: 'RFC 3261 8.1.3.1',
    remedy:
      'See that it runs (Network, on the page, tells it) and that DRACHTIO_URL, if set, is its address; then call again.',
  },
  {
    name: 'no-media-ports',
    codes: ['no-media-ports'],
    sentence: 'The voice found no free UDP port for its sound, so it could not call.',
    reference: 'RFC 3261 21.5.1',
    remedy: 'Widen RINGBACK_RTP_PORTS (four ports for each call at a time), or end what else uses them.',
  },
];

export const networkRules: readonly Rule[] = NETWORK_ENDS.map(
  ({ name, codes, sentence, reference, remedy }) => ({
    name,
    find(facts) {
      if (!facts.endedBy(...codes)) return undefined;
      const told = facts.messages.findLast(
        (message) => message.record.direction === 'out' && (message.asks('BYE') || message.isFinal),
      );
      return {
        sentence,
        because: [fact(sentenceOf(facts.end), told)],
        reference,
        remedy,
      };
    },
  }),
);
