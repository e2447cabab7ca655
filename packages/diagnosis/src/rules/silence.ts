import type { Leg } from '@ringback/contracts';
import { addressKind, hostOf } from '../address-kind.ts';
import type { CallFacts } from '../call-facts.ts';
import type { CapturedMessage } from '../captured-message.ts';
import { fact, type Rule } from '../rule.ts';
import { capital, duration, named, roleOf } from '../words.ts';

// The call was up, and from one or both of its ends no sound arrived.

/** Shorter calls may end before the first packet. */
const LONG_ENOUGH_MS = 2000;

interface Silent {
  readonly leg: Leg;
  /** The last description that its endpoint gave of its media. */
  readonly description: CapturedMessage | undefined;
}

const privateAddress: Rule = {
  name: 'private-address',
  find(facts) {
    for (const { leg, description } of silentEnds(facts)) {
      const { audio } = description ?? {};
      const kind = audio && !audio.isWebRtc ? addressKind(audio.address) : undefined;
      const reached = hostOf(leg.remoteAddress ?? '');
      if (!audio || !kind || reached === '' || reached === audio.address) continue;
      return {
        sentence: `${capital(phoneOf(facts, leg))} gave ${audio.address}, a ${kind} address, as its own, and no sound came from it.`,
        because: [
          fact(
            `Its description has c=IN IP${audio.address.includes(':') ? 6 : 4} ${audio.address}.`,
            description,
          ),
          fact(`It was reached at ${leg.remoteAddress}.`, facts.of(leg)[0]),
          fact('No packet of sound came from it.'),
        ],
        reference: 'RFC 8866 5.7',
        remedy:
          'That phone does not know the address at which it is reached, as behind a NAT: set its external address or a STUN server in it, or switch symmetric RTP on.',
      };
    }
    return undefined;
  },
};

const oneWay: Rule = {
  name: 'one-way-audio',
  find(facts) {
    const silent = silentEnds(facts);
    const [end] = silent;
    if (silent.length !== 1 || !end) return undefined;
    const other = facts.talking.find(({ id }) => id !== end.leg.id);
    const silentName = phoneOf(facts, end.leg);
    return {
      sentence: `One-way audio: ${other ? roleOf(other) : 'the other side'} heard nothing, for no sound came from ${silentName}.`,
      because: [
        fact(
          `In ${duration(facts.lastedMs)} no packet came from ${roleOf(end.leg)}, though its description says that it sends.`,
          end.description,
        ),
        fact(`${other?.media?.packets ?? 0} packets came from the other side.`),
      ],
      reference: 'RFC 3264 5.1',
      remedy: end.leg.media?.candidatePair
        ? `ICE had found a path: see that ${silentName} has a microphone that works, and that its page is not kept silent.`
        : `See that ${silentName} has a microphone that works, and that its RTP may leave to RINGBACK_RTP_PORTS through NAT and firewall.`,
    };
  },
};

const noAudio: Rule = {
  name: 'no-audio',
  find(facts) {
    const silent = silentEnds(facts);
    if (silent.length < 2) return undefined;
    return {
      sentence: 'No sound came from either phone, though both had said that they would send it.',
      because: silent.map(({ leg, description }) => fact(`No packet came from ${roleOf(leg)}.`, description)),
      reference: 'RFC 3264 5.1',
      remedy:
        'See that RTP gets from both phones to RINGBACK_RTP_PORTS: a firewall may let SIP through alone.',
    };
  },
};

export const silenceRules: readonly Rule[] = [privateAddress, oneWay, noAudio];

function silentEnds(facts: CallFacts): readonly Silent[] {
  if (facts.lastedMs < LONG_ENOUGH_MS) return [];
  return facts.talking
    .filter(({ media }) => media === null || media.packets === 0)
    .map((leg) => ({ leg, description: facts.from(leg).findLast(({ audio }) => audio !== undefined) }))
    .filter(({ description }) => sends(description));
}

/** Who has said that it only hears, or holds, owes no sound (RFC 3264 5.1, 8.4). */
function sends(description: CapturedMessage | undefined): boolean {
  const direction = description?.audio?.direction;
  return direction === 'sendrecv' || direction === 'sendonly';
}

function phoneOf({ call }: CallFacts, leg: Leg): string {
  const who = named(leg.role === 'caller' ? call.from : call.to);
  return `the ${leg.kind === 'browser' ? 'browser' : 'phone'} of ${who}`;
}
