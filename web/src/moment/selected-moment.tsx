import { createContext, type ReactNode, useContext, useMemo, useState } from 'react';

/** The moment of a call that its reader looks at, in microseconds since the epoch as the messages have it; null: none. */
export interface SelectedMoment {
  timeUs: number | null;
  /** Who selects says it to all: the ladder, the graphs of quality and the sound mark the same moment. */
  select(timeUs: number | null): void;
}

const Context = createContext<SelectedMoment | null>(null);

export function SelectedMomentProvider({ children }: { children: ReactNode }) {
  const [timeUs, select] = useState<number | null>(null);
  const value = useMemo(() => ({ timeUs, select }), [timeUs]);
  return <Context value={value}>{children}</Context>;
}

export function useSelectedMoment(): SelectedMoment {
  const value = useContext(Context);
  if (!value) throw new Error('useSelectedMoment outside of SelectedMomentProvider');
  return value;
}
