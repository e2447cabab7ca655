import type { CandidatePair, IceCandidate } from '@ringback/contracts';
import { type Dictionary, dictionary, number, text } from './ng-value.ts';

const TYPES: readonly IceCandidate['type'][] = ['host', 'srflx', 'prflx', 'relay'];

/** What ICE has chosen for this stream. Our engine tells it as `candidate pair`; rtpengine does not. */
export function candidatePairOf(stream: Dictionary | undefined): CandidatePair | undefined {
  const pair = dictionary(stream?.['candidate pair']);
  const [local, remote] = [candidateOf(pair?.local), candidateOf(pair?.remote)];
  return local && remote ? { local, remote } : undefined;
}

function candidateOf(value: unknown): IceCandidate | undefined {
  const told = dictionary(value);
  const type = TYPES.find((known) => known === told?.type);
  const [address, port] = [text(told?.address), number(told?.port)];
  if (!type || address === undefined || port === null) return undefined;
  return { type, transport: told?.transport === 'tcp' ? 'tcp' : 'udp', address, port };
}
