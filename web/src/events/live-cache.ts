import type { CallDetail, QualityPoint, SipMessageRecord, StreamEvent } from '@ringback/contracts';
import { notifyManager, type QueryClient, type QueryKey } from '@tanstack/react-query';
import { keys } from '../api/queries.ts';
import { type CallFilter, isUnfiltered } from '../calls/call-filter.ts';
import { isOver } from '../format/call-words.ts';
import { withSecond } from '../quality/quality-points.ts';
import { Bursts } from './bursts.ts';
import {
  type CallPages,
  withCall,
  withCallState,
  withEvent,
  withLeg,
  withLegEvent,
  withMessages,
  withSpeechEvent,
} from './cache-patches.ts';
import type { StreamReader } from './event-stream.ts';
import { keyWords, speechWords } from './event-words.ts';

/** Events come in bursts; one read after each burst is enough. */
const SETTLE_MS = 400;
const TOTALS_EVERY_MS = 2_000;
/** A call set-up is a burst of events: what comes within a frame is drawn once. */
const FRAME_MS = 16;

/** Applies the stream's events to what the page has read, so that every list on it is live. */
export class LiveCache implements StreamReader {
  readonly #client: QueryClient;
  readonly #settling = new Map<string, number>();
  #totalsTimer: number | undefined;
  readonly #bursts = new Bursts<StreamEvent>(
    FRAME_MS,
    (ms, call) => void window.setTimeout(call, ms),
    (events) => this.#take(events),
  );

  constructor(client: QueryClient) {
    this.#client = client;
  }

  readAgain(): void {
    const live: QueryKey[] = [
      keys.health,
      keys.allCalls,
      keys.allTotals,
      keys.settings,
      keys.allDetails,
      keys.allMessages,
      keys.allQuality,
      keys.allRecordings,
      keys.subscribers,
      keys.registrations,
    ];
    for (const queryKey of live) void this.#client.invalidateQueries({ queryKey });
  }

  deliver(event: StreamEvent): void {
    this.#bursts.add(event);
  }

  /** All that shows them is told once. */
  #take(events: readonly StreamEvent[]): void {
    notifyManager.batch(() => {
      for (const [callId, messages] of messagesByCall(events)) this.#messagesCame(callId, messages);
      for (const event of events) this.#apply(event);
    });
  }

  #apply(event: StreamEvent): void {
    switch (event.type) {
      case 'call.queued':
      case 'call.ringing':
      case 'call.answered':
      case 'call.ended':
      case 'call.explained':
        this.#callChanged(event.call);
        return;
      case 'leg.trying':
      case 'leg.proceeding':
      case 'leg.early':
      case 'leg.confirmed':
      case 'leg.terminated':
        this.#detail(event.leg.callId, (detail) => withLegEvent(detail, event));
        this.#lists((list) => withLeg(list, event.leg));
        return;
      case 'speech.started':
      case 'speech.first-audio':
      case 'speech.finished':
      case 'speech.failed':
        this.#detail(event.callId, (detail) => withSpeechEvent(detail, event, speechWords(event)));
        return;
      case 'media.quality':
        this.#client.setQueryData<QualityPoint[]>(
          keys.quality(event.callId),
          (points) => points && withSecond(points, event),
        );
        return;
      case 'dtmf.received': {
        const { time, type, callId, legId, digit } = event;
        this.#detail(callId, (known) =>
          withEvent(known, {
            time,
            type,
            legId,
            sipStatus: null,
            detail: keyWords(event, known.legs),
            digit,
          }),
        );
        return;
      }
      case 'recording.started':
      case 'recording.paused':
        this.#readSoon(keys.recording(event.callId));
        this.#readSoon(keys.call(event.callId));
        return;
      case 'registration.added':
      case 'registration.refreshed':
      case 'registration.removed':
        this.#readSoon(keys.registrations);
        this.#readSoon(keys.subscribers);
        return;
      // Messages are taken together; the rest is told to the stream itself, or by a gateway that is newer than this page.
      default:
        return;
    }
  }

  #callChanged(call: Parameters<typeof withCall>[1]): void {
    for (const [queryKey, list] of this.#client.getQueriesData<CallPages>({ queryKey: keys.allCalls })) {
      const filter = queryKey[1] as CallFilter;
      const unfiltered = isUnfiltered(filter);
      if (list) this.#client.setQueryData(queryKey, withCall(list, call, unfiltered));
      // Only the server knows whether a call passes a search.
      if (!unfiltered) this.#readSoon(queryKey);
    }
    this.#detail(call.id, (detail) => withCallState(detail, call));
    if (isOver(call.status)) this.#readSoon(keys.recording(call.id));
    this.#totalsChanged();
  }

  /** Calls may come many a second: the totals are read at most so often. */
  #totalsChanged(): void {
    this.#totalsTimer ??= window.setTimeout(() => {
      this.#totalsTimer = undefined;
      void this.#client.invalidateQueries({ queryKey: keys.allTotals });
    }, TOTALS_EVERY_MS);
  }

  #lists(patch: (list: CallPages) => CallPages): void {
    for (const [queryKey, list] of this.#client.getQueriesData<CallPages>({ queryKey: keys.allCalls }))
      if (list) this.#client.setQueryData(queryKey, patch(list));
  }

  #detail(id: string, patch: (detail: CallDetail) => CallDetail): void {
    const queryKey = keys.call(id);
    this.#client.setQueryData<CallDetail>(queryKey, (detail) => detail && patch(detail));
    this.#readSoon(queryKey);
  }

  #messagesCame(callId: string, messages: readonly SipMessageRecord[]): void {
    const queryKey = keys.messages(callId);
    this.#client.setQueryData<SipMessageRecord[]>(
      queryKey,
      (known) => known && withMessages(known, messages),
    );
    // Messages before the one that joined their leg to the call come with the next read.
    this.#readSoon(queryKey);
  }

  #readSoon(queryKey: QueryKey): void {
    const name = JSON.stringify(queryKey);
    window.clearTimeout(this.#settling.get(name));
    const timer = window.setTimeout(() => {
      this.#settling.delete(name);
      void this.#client.invalidateQueries({ queryKey, exact: true });
    }, SETTLE_MS);
    this.#settling.set(name, timer);
  }
}

function messagesByCall(events: readonly StreamEvent[]): Map<string, SipMessageRecord[]> {
  const calls = new Map<string, SipMessageRecord[]>();
  for (const event of events) {
    if (event.type !== 'sip.message' || event.message.callId === null) continue;
    const { callId } = event.message;
    calls.set(callId, [...(calls.get(callId) ?? []), event.message]);
  }
  return calls;
}
