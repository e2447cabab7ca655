import { header, type SipMessage, type SipRequest, type SipResponse } from '../message.ts';
import { reliableSequence } from '../provisional/reliable-client.ts';
import { parseCSeq } from '../scalar.ts';
import { carriesSession } from '../session-body.ts';

/*
 * Who owes whom an answer in a dialog (RFC 3264; which message may carry what: RFC 6337 2)
 *
 *        our offer                    their offer
 *   +------+ <------- +--------+ -------> +--------+
 *   | ours |          | stable |          | theirs |
 *   +------+ -------> +--------+ <------- +--------+
 *        their answer, or             our answer, or
 *        the end of what              the end of what
 *        carried the offer            carried the offer
 */
export type OfferAnswerName = 'stable' | 'ours' | 'theirs';

export type Side = 'us' | 'them';

export interface OfferAnswer {
  readonly name: OfferAnswerName;
  /** The transaction that the open offer belongs to. */
  readonly carrier: string;
  /** The INVITE whose offer was answered: a description in its later responses repeats that answer. */
  readonly settled: string;
}

type Event = 'our-offer' | 'their-offer' | 'our-answer' | 'their-answer' | 'over';
type Edges = Record<Event, OfferAnswerName>;

export const offerAnswerTable = {
  stable: {
    'our-offer': 'ours',
    'their-offer': 'theirs',
    'our-answer': 'stable',
    'their-answer': 'stable',
    over: 'stable',
  },
  ours: {
    // Refused by who is asked for it, or on its way when ours was: neither takes the place of ours.
    'our-offer': 'ours',
    'their-offer': 'ours',
    'our-answer': 'ours',
    'their-answer': 'stable',
    over: 'stable',
  },
  theirs: {
    'our-offer': 'theirs',
    'their-offer': 'theirs',
    'our-answer': 'stable',
    'their-answer': 'theirs',
    over: 'stable',
  },
} satisfies Record<OfferAnswerName, Edges>;

export const noOffer: OfferAnswer = { name: 'stable', carrier: '', settled: '' };

const other = (side: Side): Side => (side === 'us' ? 'them' : 'us');
const offerOf = (side: Side): Event => (side === 'us' ? 'our-offer' : 'their-offer');
const answerOf = (side: Side): Event => (side === 'us' ? 'our-answer' : 'their-answer');
const isOfferOf = (name: OfferAnswerName, side: Side) => name === (side === 'us' ? 'ours' : 'theirs');

/** The exchange after a message that `side` has sent. */
export function exchange(state: OfferAnswer, side: Side, message: SipMessage): OfferAnswer {
  const cseq = parseCSeq(header(message, 'CSeq') ?? '');
  if (cseq === undefined) return state;
  const asker = message.kind === 'request' ? side : other(side);
  // An ACK belongs to its INVITE and has its number.
  const method = cseq.method === 'ACK' ? 'INVITE' : cseq.method;
  const transaction = `${asker} ${cseq.sequence} ${method}`;
  const event =
    message.kind === 'request'
      ? requestEvent(state, side, message, transaction)
      : responseEvent(state, side, message, transaction);
  const name = event === undefined ? state.name : offerAnswerTable[state.name][event];
  if (name === state.name) return state;
  if (name !== 'stable') return { ...state, name, carrier: transaction };
  return { name, carrier: '', settled: isOfInvite(state.carrier) ? state.carrier : state.settled };
}

const isOfInvite = (transaction: string) => transaction.endsWith(' INVITE');

function requestEvent(
  state: OfferAnswer,
  side: Side,
  request: SipRequest,
  transaction: string,
): Event | undefined {
  const { method } = request;
  const owesAnswer = isOfferOf(state.name, other(side));
  if (method === 'ACK') {
    if (state.carrier !== transaction) return undefined;
    return owesAnswer && carriesSession(request) ? answerOf(side) : 'over';
  }
  if (!carriesSession(request)) return undefined;
  if (method === 'PRACK' && owesAnswer) return answerOf(side);
  return method === 'INVITE' || method === 'UPDATE' || method === 'PRACK' ? offerOf(side) : undefined;
}

function responseEvent(
  state: OfferAnswer,
  side: Side,
  response: SipResponse,
  transaction: string,
): Event | undefined {
  const carries = state.carrier === transaction;
  if (response.status >= 300) return carries ? 'over' : undefined;
  if (carries && isOfferOf(state.name, other(side))) {
    // What a 1xx describes is taken for the answer also when it is not reliable: it will not differ.
    if (carriesSession(response)) return answerOf(side);
    return response.status >= 200 ? 'over' : undefined;
  }
  // The answer to an INVITE without an offer is one (RFC 3261 13.2.1), in what is sure to arrive (RFC 3262 5).
  const isSure = response.status >= 200 || reliableSequence(response) !== undefined;
  const mayOffer = isSure && isOfInvite(transaction) && state.settled !== transaction;
  return mayOffer && carriesSession(response) ? offerOf(side) : undefined;
}

/** How a request of the peer with an offer is refused: 491 when ours is open, 500 when theirs is (RFC 3261 14.2, 3311 5.2). */
export function offerConflict({ name }: OfferAnswer): 491 | 500 | undefined {
  if (name === 'stable') return undefined;
  return name === 'ours' ? 491 : 500;
}
