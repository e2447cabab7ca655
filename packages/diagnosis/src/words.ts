import type { Call, CallEnd, Leg } from '@ringback/contracts';

/** A party as a sentence names it: by name, else by number. */
export function named({ number, displayName }: Pick<Call['to'], 'number' | 'displayName'>): string {
  return displayName ?? number;
}

/** `The caller, Bob` or `The called party, Alice`, without its capital inside a sentence. */
export function roleOf({ role }: Pick<Leg, 'role'>): string {
  return role === 'caller' ? 'the caller' : 'the called party';
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `0.4 s`, `12.4 s`, `3 min 5 s`. */
export function duration(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** `no address`, `1 address`, `3 addresses`. */
export function counted(count: number, one: string, many: string): string {
  return count === 0 ? `no ${one}` : `${count} ${count === 1 ? one : many}`;
}

/** `once`, `twice`, `3 times`. */
export function times(count: number): string {
  return count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`;
}

/** The sentence of an end, which some write with a full stop and some without. */
export function sentenceOf({ sentence }: Pick<CallEnd, 'sentence'>): string {
  return sentence.endsWith('.') ? sentence : `${sentence}.`;
}

/** `PCMU`, `PCMU and PCMA`, `PCMU, PCMA and opus`. */
export function listed(items: readonly string[]): string {
  const last = items.at(-1) ?? 'nothing';
  return items.length < 2 ? last : `${items.slice(0, -1).join(', ')} and ${last}`;
}

/** What the other side said, as one line of bounded length in a sentence. */
export function quoted(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, 160);
}
