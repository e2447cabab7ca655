import type { NumberedEvent, StreamEvent } from '@ringback/contracts';
import {
  STREAM_START,
  type StreamEffect,
  type StreamInput,
  type StreamState,
  stepStream,
} from './stream-state.ts';

export interface StreamReader {
  deliver(event: StreamEvent): void;
  readAgain(): void;
}

/** The shell of `StreamState`: one WebSocket to `/ws`, opened again whenever it is lost. */
export class EventStream {
  #state: StreamState = STREAM_START;
  #socket: WebSocket | null = null;
  #timer: number | undefined;
  readonly #reader: StreamReader;
  readonly #listeners = new Set<() => void>();

  constructor(reader: StreamReader) {
    this.#reader = reader;
  }

  start(): void {
    this.#connect(null);
    // The network is back, or the laptop was opened: no reason to wait out the pause.
    window.addEventListener('online', () => this.#input({ kind: 'wake' }));
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): StreamState => this.#state;

  #connect(since: number | null): void {
    const url = new URL(since === null ? '/ws' : `/ws?since=${since}`, window.location.href);
    url.protocol = url.protocol.replace('http', 'ws');
    const socket = new WebSocket(url);
    this.#socket = socket;
    socket.onmessage = ({ data }) => {
      const event = parseEvent(data);
      if (event && socket === this.#socket) this.#input({ kind: 'event', event });
    };
    socket.onclose = () => {
      if (socket === this.#socket) this.#input({ kind: 'lost' });
    };
  }

  #input(input: StreamInput): void {
    const { state, effects } = stepStream(this.#state, input);
    const changed = state.kind !== this.#state.kind;
    this.#state = state;
    for (const effect of effects) this.#perform(effect);
    if (changed) for (const listener of this.#listeners) listener();
  }

  #perform(effect: StreamEffect): void {
    switch (effect.kind) {
      case 'connect':
        this.#connect(effect.since);
        return;
      case 'wake-after':
        window.clearTimeout(this.#timer);
        this.#timer = window.setTimeout(() => this.#input({ kind: 'wake' }), effect.ms);
        return;
      case 'deliver':
        this.#reader.deliver(effect.event);
        return;
      case 'read-again':
        this.#reader.readAgain();
        return;
      default: {
        const never: never = effect;
        throw new Error(`Unknown effect ${JSON.stringify(never)}`);
      }
    }
  }
}

/** Null for what is no event of ours; a newer gateway may say more than this page knows. */
export function parseEvent(data: unknown): NumberedEvent | null {
  if (typeof data !== 'string') return null;
  try {
    const event: unknown = JSON.parse(data);
    if (typeof event !== 'object' || event === null) return null;
    const { seq, type } = event as Record<string, unknown>;
    return typeof seq === 'number' && typeof type === 'string' ? (event as NumberedEvent) : null;
  } catch (error) {
    console.warn('The event stream sent something that is no JSON.', error);
    return null;
  }
}
