import type { CallDetail, QualityPoint, SipMessageRecord } from '@ringback/contracts';
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useReducer,
  useRef,
} from 'react';
import { useQuality } from '../api/heard-queries.ts';
import { type Trouble, troubleOf } from '../api/problem-error.ts';
import { useMessages } from '../api/queries.ts';
import { useSelectedMoment } from '../moment/selected-moment.tsx';
import { type LadderInput, type LadderState, ladderStart, stepLadder } from './model/ladder-state.ts';
import { type Ladder, type LadderRow, ladderOf } from './model/rows.ts';

export interface LadderView {
  call: CallDetail;
  ladder: Ladder;
  messages: readonly SipMessageRecord[];
  /** The moment that was selected elsewhere, in the graphs or the sound. */
  momentUs: number | null;
  loading: boolean;
  trouble: Trouble | null;
}

/** What its reader does with the ladder: another thing than the ladder, so that not all is drawn again with each message. */
export interface LadderReading {
  state: LadderState;
  /** What is looked at: the selected row, or the first message while none is. */
  shown: LadderRow | null;
  input(input: LadderInput): void;
}

const ViewContext = createContext<LadderView | null>(null);
const ReadingContext = createContext<LadderReading | null>(null);
const NONE: readonly SipMessageRecord[] = [];
const NOTHING_HEARD: readonly QualityPoint[] = [];

/** One ladder for all that shows it or a message of it. `initialId`: the message that the address names. */
export function LadderProvider({
  call,
  initialId,
  children,
}: {
  call: CallDetail;
  initialId: string | null;
  children: ReactNode;
}) {
  const query = useMessages(call.id);
  const messages = query.data ?? NONE;
  const points = useQuality(call.id).data ?? NOTHING_HEARD;
  const [state, dispatch] = useReducer(
    (state: LadderState, [input, rows]: [LadderInput, readonly LadderRow[]]) =>
      stepLadder(state, input, rows),
    ladderStart(initialId),
  );
  const { unfolded, selectedId } = state;
  const ladder = useMemo(
    () => ladderOf(call, messages, unfolded, points),
    [call, messages, unfolded, points],
  );
  const momentUs = useSharedMoment(ladder.rows, selectedId);
  const shown =
    ladder.rows.find(({ id }) => id === selectedId) ??
    ladder.rows.find(({ kind }) => kind === 'message') ??
    null;
  const trouble = useMemo(
    () => (query.isError ? troubleOf(query.error) : null),
    [query.isError, query.error],
  );
  const view = useMemo<LadderView>(
    () => ({ call, ladder, messages, momentUs, trouble, loading: query.isPending }),
    [call, ladder, messages, momentUs, trouble, query.isPending],
  );
  const rows = useRef(ladder.rows);
  rows.current = ladder.rows;
  const input = useCallback((input: LadderInput) => dispatch([input, rows.current]), []);
  const reading = useMemo<LadderReading>(() => ({ state, shown, input }), [state, shown, input]);
  return (
    <ViewContext value={view}>
      <ReadingContext value={reading}>{children}</ReadingContext>
    </ViewContext>
  );
}

/** Changes with every message. */
export function useLadder(): LadderView {
  const view = useContext(ViewContext);
  if (!view) throw new Error('useLadder outside of LadderProvider');
  return view;
}

export function useLadderReading(): LadderReading {
  const reading = useContext(ReadingContext);
  if (!reading) throw new Error('useLadderReading outside of LadderProvider');
  return reading;
}

/** A row that is selected here is the moment for all the page. Gives the moment that was selected elsewhere, or null. */
function useSharedMoment(rows: readonly LadderRow[], selectedId: string | null): number | null {
  const { timeUs, select } = useSelectedMoment();
  const told = useRef<{ id: string; timeUs: number } | null>(null);
  useEffect(() => {
    const row = rows.find(({ id }) => id === selectedId);
    if (!row || told.current?.id === row.id) return;
    told.current = row;
    select(row.timeUs);
  }, [rows, selectedId, select]);
  return timeUs === told.current?.timeUs ? null : timeUs;
}
