import { useLocalStorage } from '@mantine/hooks';
import type { CallRecord, LegSummary } from '@ringback/contracts';
import type { ReactNode } from 'react';
import { isOver, statusWords } from '../format/call-words.ts';
import { length } from '../format/duration.ts';
import { partyName } from '../format/party.ts';
import { CallTimer } from '../softphone/call-timer.tsx';
import { StateMark } from '../ui/state-mark.tsx';

export interface CallColumn {
  id: string;
  title: string;
  /** How it is set: see the style sheet. */
  kind: 'party' | 'short' | 'number' | 'words' | 'code';
  /** Null: nothing to show. */
  cell: (call: CallRecord) => ReactNode;
}

/** All but the time, which is the link to the call and always there. */
export const CALL_COLUMNS: readonly CallColumn[] = [
  { id: 'from', title: 'From', kind: 'party', cell: ({ from }) => partyName(from) },
  { id: 'to', title: 'To', kind: 'party', cell: ({ to }) => partyName(to) },
  {
    id: 'status',
    title: 'Status',
    kind: 'short',
    cell: ({ status }) => {
      const { word, tone } = statusWords(status);
      return <StateMark tone={tone}>{word}</StateMark>;
    },
  },
  { id: 'duration', title: 'Duration', kind: 'number', cell: (call) => <Duration call={call} /> },
  { id: 'mos', title: 'MOS', kind: 'number', cell: ({ mos }) => mos?.toFixed(2) ?? null },
  { id: 'sip', title: 'SIP', kind: 'number', cell: ({ end }) => end?.sipStatus ?? null },
  { id: 'by', title: 'Ended by', kind: 'short', cell: ({ end }) => end?.by ?? null },
  {
    id: 'end',
    title: 'Why it ended',
    kind: 'words',
    cell: ({ end, explanation }) => explanation?.sentence ?? end?.sentence ?? null,
  },
  { id: 'text', title: 'Text', kind: 'words', cell: ({ text }) => text },
  { id: 'voice', title: 'Voice', kind: 'words', cell: ({ voiceId }) => voiceId },
  {
    id: 'phones',
    title: 'Phones',
    kind: 'words',
    cell: (call) => ofLegs(call, ({ userAgent }) => userAgent),
  },
  {
    id: 'addresses',
    title: 'Addresses',
    kind: 'code',
    cell: (call) =>
      ofLegs(call, ({ remoteAddress, transport }) => remoteAddress && `${remoteAddress} ${transport ?? ''}`),
  },
  {
    id: 'callIds',
    title: 'Call-IDs',
    kind: 'code',
    cell: (call) => ofLegs(call, ({ sipCallId }) => sipCallId),
  },
];

const DEFAULT = ['from', 'to', 'status', 'duration', 'mos', 'end'];

/** Those of the columns that the reader has chosen, in their order; this browser keeps the choice. */
export function useChosenColumns() {
  const [ids, setIds] = useLocalStorage<string[]>({
    key: 'ringback-call-columns',
    defaultValue: DEFAULT,
    getInitialValueInEffect: false,
  });
  const chosen = CALL_COLUMNS.filter(({ id }) => Array.isArray(ids) && ids.includes(id));
  return { chosen, ids, setIds, reset: () => setIds(DEFAULT) };
}

/** A line for each leg that tells it, the caller's first. */
function ofLegs({ legs = [] }: CallRecord, read: (leg: LegSummary) => string | null): ReactNode {
  const told = legs.flatMap((leg) => {
    const text = read(leg)?.trim();
    return text ? [{ key: `${leg.role} ${leg.sipCallId}`, text }] : [];
  });
  return told.length === 0 ? null : told.map(({ key, text }) => <div key={key}>{text}</div>);
}

function Duration({ call }: { call: CallRecord }) {
  if (call.durationMs !== null) return length(call.durationMs);
  if (call.answeredAt && !isOver(call.status)) return <CallTimer sinceMs={Date.parse(call.answeredAt)} />;
  return '–';
}
