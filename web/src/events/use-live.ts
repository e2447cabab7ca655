import { createContext, useContext, useSyncExternalStore } from 'react';
import type { EventStream } from './event-stream.ts';

const StreamContext = createContext<EventStream | null>(null);

export const StreamProvider = StreamContext.Provider;

/** Whether the page hears of changes as they happen. */
export function useLive(): 'opening' | 'open' | 'waiting' {
  const stream = useContext(StreamContext);
  if (!stream) throw new Error('The event stream is used outside of its provider');
  return useSyncExternalStore(stream.subscribe, stream.snapshot).kind;
}
