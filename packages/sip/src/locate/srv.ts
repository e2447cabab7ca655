/** One SRV record (RFC 2782). */
export interface SrvRecord {
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  /** The server's name. */
  readonly target: string;
}

/**
 * The order in which servers are tried (RFC 2782): by priority, and among equals by chance in proportion to weight.
 * A single record whose target is the root says that the service does not exist.
 */
export function orderSrv(records: readonly SrvRecord[], random: () => number): SrvRecord[] {
  const servers = records.filter(({ target }) => target !== '' && target !== '.');
  const priorities = [...new Set(servers.map(({ priority }) => priority))].sort((a, b) => a - b);
  return priorities.flatMap((priority) =>
    byWeight(
      servers.filter((server) => server.priority === priority),
      random,
    ),
  );
}

function byWeight(servers: readonly SrvRecord[], random: () => number): SrvRecord[] {
  // Those of weight 0 stand first, so that they have a small chance at all.
  const left = [...servers].sort((a, b) => Math.sign(a.weight) - Math.sign(b.weight));
  const ordered: SrvRecord[] = [];
  while (left.length > 0) {
    const total = left.reduce((sum, { weight }) => sum + weight, 0);
    const mark = Math.floor(random() * (total + 1));
    let sum = 0;
    const chosen = left.findIndex(({ weight }) => {
      sum += weight;
      return sum >= mark;
    });
    ordered.push(...left.splice(Math.max(chosen, 0), 1));
  }
  return ordered;
}
