import type { LadderInput } from './ladder-state.ts';

const PAGE_ROWS = 12;

/** What a key in the ladder does, as in sngrep; null: it is left to the browser. */
export function inputOfKey(key: string): LadderInput | null {
  return KEYS[key] ?? null;
}

const KEYS: Readonly<Record<string, LadderInput>> = {
  ArrowDown: { kind: 'move', by: 1 },
  ArrowUp: { kind: 'move', by: -1 },
  j: { kind: 'move', by: 1 },
  k: { kind: 'move', by: -1 },
  PageDown: { kind: 'move', by: PAGE_ROWS },
  PageUp: { kind: 'move', by: -PAGE_ROWS },
  Home: { kind: 'move', by: Number.NEGATIVE_INFINITY },
  End: { kind: 'move', by: Number.POSITIVE_INFINITY },
  ArrowRight: { kind: 'unfold', id: null, open: true },
  ArrowLeft: { kind: 'unfold', id: null, open: false },
  x: { kind: 'unfold', id: null, open: 'toggle' },
  d: { kind: 'compare', id: null },
  ' ': { kind: 'compare', id: null },
  s: { kind: 'toggle-sdp' },
  r: { kind: 'view', view: 'raw' },
  t: { kind: 'next-times' },
  n: { kind: 'match', by: 1 },
  N: { kind: 'match', by: -1 },
  '/': { kind: 'search', query: '' },
  '?': { kind: 'help', open: true },
  Escape: { kind: 'escape' },
};

/** For the help: what can be pressed, and what it does. */
export const KEY_WORDS: readonly (readonly [does: string, ...keys: string[]])[] = [
  ['one row up or down (also k, j)', '↑', '↓'],
  ['a page up or down', 'PgUp', 'PgDn'],
  ['the first or the last row', 'Home', 'End'],
  ['go to the message', 'Enter'],
  ['choose to compare; on two messages shows how they differ (also Space)', 'd'],
  ['session description or raw message', 's'],
  ['show or fold retransmissions (also x)', '→', '←'],
  ['relative, delta or absolute times', 't'],
  ['search in the messages', '/'],
  ['next or previous match', 'n', 'N'],
  ['end search and comparison', 'Esc'],
  ['this help', '?'],
];
