import { TIME_STYLES, type TimeStyle } from './row-times.ts';
import type { LadderRow, MessageRow } from './rows.ts';

export type MessageView = 'raw' | 'sdp' | 'difference';

/** What its reader has made of a ladder. */
export interface LadderState {
  selectedId: string | null;
  /** Messages chosen to be compared, at most two. */
  compared: readonly string[];
  view: MessageView;
  times: TimeStyle;
  unfolded: ReadonlySet<string>;
  /** Null while nothing is searched for. */
  query: string | null;
  help: boolean;
}

export type LadderInput =
  | { kind: 'move'; by: number }
  | { kind: 'select'; id: string }
  | { kind: 'compare'; id: string | null }
  | { kind: 'view'; view: MessageView }
  | { kind: 'toggle-sdp' }
  | { kind: 'times'; times: TimeStyle }
  | { kind: 'next-times' }
  | { kind: 'unfold'; id: string | null; open: boolean | 'toggle' }
  | { kind: 'search'; query: string | null }
  | { kind: 'match'; by: 1 | -1 }
  | { kind: 'help'; open: boolean }
  | { kind: 'escape' };

export function ladderStart(selectedId: string | null): LadderState {
  return {
    ...{ selectedId, compared: [], view: 'raw', times: 'relative' },
    ...{ unfolded: new Set<string>(), query: null, help: false },
  };
}

export function stepLadder(state: LadderState, input: LadderInput, rows: readonly LadderRow[]): LadderState {
  switch (input.kind) {
    case 'move':
      return select(state, rows[within(rows, indexOf(rows, state.selectedId) + input.by)]?.id);
    case 'select':
      return select(state, input.id);
    case 'compare':
      return compare(state, messageRow(rows, input.id ?? state.selectedId));
    case 'view':
      return { ...state, view: input.view };
    case 'toggle-sdp':
      return { ...state, view: state.view === 'sdp' ? 'raw' : 'sdp' };
    case 'times':
      return { ...state, times: input.times };
    case 'next-times':
      return { ...state, times: after(TIME_STYLES, state.times) };
    case 'unfold':
      return unfold(state, messageRow(rows, input.id ?? state.selectedId), input.open);
    case 'search':
      return search(state, input.query, rows);
    case 'match':
      return select(state, nextMatch(rows, state, input.by));
    case 'help':
      return { ...state, help: input.open };
    case 'escape':
      return { ...state, compared: [], query: null, view: state.view === 'difference' ? 'raw' : state.view };
    default:
      return input satisfies never;
  }
}

/** Of nothing selected, a step leads to the first row. */
function indexOf(rows: readonly LadderRow[], id: string | null): number {
  return rows.findIndex((row) => row.id === id);
}

function within(rows: readonly LadderRow[], index: number): number {
  return Math.max(0, Math.min(rows.length - 1, index));
}

function select(state: LadderState, id: string | undefined): LadderState {
  if (id === undefined || id === state.selectedId) return state;
  return { ...state, selectedId: id, view: state.view === 'difference' ? 'raw' : state.view };
}

function messageRow(rows: readonly LadderRow[], id: string | null): MessageRow | undefined {
  return rows.find((row): row is MessageRow => row.kind === 'message' && row.id === id);
}

/** The first message waits for the second; a third begins anew, and a message chosen twice is let go. */
function compare(state: LadderState, row: MessageRow | undefined): LadderState {
  if (!row) return state;
  const { compared } = state;
  if (compared.includes(row.id)) {
    return { ...state, compared: compared.filter((id) => id !== row.id), view: 'raw' };
  }
  const [first] = compared.length === 1 ? compared : [];
  if (first === undefined) return { ...state, selectedId: row.id, compared: [row.id], view: 'raw' };
  return { ...state, selectedId: row.id, compared: [first, row.id], view: 'difference' };
}

function unfold(state: LadderState, row: MessageRow | undefined, open: boolean | 'toggle'): LadderState {
  if (!row || row.times < 2) return state;
  const unfolded = new Set(state.unfolded);
  if (open === 'toggle' ? unfolded.has(row.id) : !open) unfolded.delete(row.id);
  else unfolded.add(row.id);
  return { ...state, unfolded };
}

export function matches(row: LadderRow, query: string | null): boolean {
  if (!query) return false;
  const wanted = query.toLowerCase();
  if (row.kind === 'message') return row.message.raw.toLowerCase().includes(wanted);
  return row.kind === 'event' && row.text.toLowerCase().includes(wanted);
}

/** The first match at or after the selected row, as soon as it is typed. */
function search(state: LadderState, query: string | null, rows: readonly LadderRow[]): LadderState {
  const next = { ...state, query };
  const selected = rows.find(({ id }) => id === state.selectedId);
  if (!query || (selected && matches(selected, query))) return next;
  return select(next, nextMatch(rows, next, 1));
}

function nextMatch(
  rows: readonly LadderRow[],
  { selectedId, query }: LadderState,
  by: 1 | -1,
): string | undefined {
  const start = indexOf(rows, selectedId);
  for (let step = 1; step <= rows.length; step += 1) {
    const row = rows[(start + by * step + rows.length * 2) % rows.length];
    if (row && matches(row, query)) return row.id;
  }
  return undefined;
}

function after<T>(list: readonly T[], value: T): T {
  return list[(list.indexOf(value) + 1) % list.length] ?? value;
}
