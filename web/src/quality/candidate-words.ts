import type { CandidatePair, IceCandidate } from '@ringback/contracts';

const TYPE_WORDS = {
  host: 'host',
  srflx: 'server reflexive',
  prflx: 'peer reflexive',
  relay: 'relayed',
} satisfies Record<IceCandidate['type'], string>;

/** `127.0.0.1:30004 (host) ↔ 127.0.0.1:51234 (peer reflexive), udp`: ours first. */
export function pairWords({ local, remote }: CandidatePair): string {
  return `${endWords(local)} ↔ ${endWords(remote)}, ${remote.transport}`;
}

function endWords({ address, port, type }: IceCandidate): string {
  return `${address.includes(':') ? `[${address}]` : address}:${port} (${TYPE_WORDS[type]})`;
}
