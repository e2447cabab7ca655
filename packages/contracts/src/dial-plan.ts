/** What is behind a dialled string. */
export type Destination =
  | { kind: 'service'; service: 'echo' | 'tone' | 'welcome'; number: string }
  | { kind: 'status'; sipStatus: number }
  | { kind: 'subscriber'; number: string };

const SERVICES = { '9196': 'echo', '9197': 'tone', '5000': 'welcome' } as const;

/**
 * The dial plan: `9196` echo, `9197` tone, `5000` the welcome voice, three digits 400 to 699 answer with that
 * SIP status, everything else may be a subscriber's number or name.
 */
export function destinationOf(dialled: string): Destination {
  const service = Object.hasOwn(SERVICES, dialled) ? SERVICES[dialled as keyof typeof SERVICES] : undefined;
  if (service) return { kind: 'service', service, number: dialled };
  if (/^[456]\d\d$/.test(dialled)) return { kind: 'status', sipStatus: Number(dialled) };
  return { kind: 'subscriber', number: dialled };
}

const FIRST_NUMBER = 1001;

/** The number that a new subscriber is offered. */
export function nextFreeNumber(taken: readonly string[]): string {
  const numbers = new Set(taken);
  for (let number = FIRST_NUMBER; ; number++) {
    const text = String(number);
    if (!numbers.has(text) && destinationOf(text).kind === 'subscriber') return text;
  }
}
