import type { EndCode } from '@ringback/contracts';
import { fact, type Rule } from '../rule.ts';

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
    sentence: 'Ringback ended without warning while this call was up, so that nobody could be told.',
    reference: 'RFC 3261 15',
    remedy: 'Look into the log of that time: a crash, too little memory or a machine that was switched off.',
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
    remedy: 'See that it runs: the state of the network tells it, and RTPENGINE_URL where it should be.',
  },
  {
    name: 'sip-server-lost',
    codes: ['signalling-lost', 'sip-server-silent', 'sip-server-gone'],
    sentence: 'The connection to the SIP server was lost.',
    reference: 'RFC 3261 8.1.3.1',
    remedy: 'See that it runs: the state of the network tells it, and DRACHTIO_URL where it should be.',
  },
  {
    name: 'no-media-ports',
    codes: ['no-media-ports'],
    sentence: 'The voice found no free port for its sound.',
    reference: 'RFC 3261 21.5.1',
    remedy: 'Give the network more ports with RINGBACK_RTP_PORTS: four for each call at a time.',
  },
  {
    name: 'network-fault',
    codes: ['internal-error'],
    sentence: 'The network could not connect this call, by a fault of its own.',
    reference: 'RFC 3261 21.5.1',
    remedy: 'Call again. The log of Ringback at this time tells what went wrong; please report it.',
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
        because: [fact(`${facts.end.sentence}.`.replace(/\.\.$/, '.'), told)],
        reference,
        remedy,
      };
    },
  }),
);
