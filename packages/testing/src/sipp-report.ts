/** What SIPp says of the calls it made or answered. */
export interface SippReport {
  /** All calls it began or was offered. */
  calls: number;
  succeeded: number;
  failed: number;
  retransmissions: number;
  /** Calls begun a second, on average. */
  callsPerSecond: number;
  /** INVITE to 200 of each call that was answered, ascending. */
  answerMs: number[];
  /** INVITE to 503 of each call that was refused so, ascending. */
  refusalMs: number[];
}

/** Reads SIPp's `-trace_stat` file, whose last line holds the totals, and its `-trace_rtt` file. */
export function sippReport(statistics: string, responseTimes: string): SippReport {
  const [names = [], ...rows] = table(statistics);
  const last = rows.at(-1) ?? [];
  const total = (name: string) => Number(last[names.indexOf(`${name}(C)`)] ?? 0);
  const [, ...times] = table(responseTimes);
  const timed = (wanted: boolean) => times.filter(([, , timer]) => (timer === 'refused') === wanted);
  return {
    calls: Number(last[names.indexOf('TotalCallCreated')] ?? 0),
    succeeded: total('SuccessfulCall'),
    failed: total('FailedCall'),
    retransmissions: total('Retransmissions'),
    callsPerSecond: total('CallRate'),
    answerMs: ascendingMs(timed(false)),
    refusalMs: ascendingMs(timed(true)),
  };
}

const ascendingMs = (rows: string[][]) =>
  rows.map(([, milliseconds]) => Number(milliseconds)).sort((a, b) => a - b);

const table = (csv: string) =>
  csv
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(';'));
