import type { BusCommands, BusErrorCode, BusEvents } from '@ringback/contracts';

export type EventSubject = keyof BusEvents;
export type CommandSubject = keyof BusCommands;
export type Payload<C extends CommandSubject> = BusCommands[C][0];
export type Reply<C extends CommandSubject> = BusCommands[C][1];

/** How services tell each other facts and ask each other for work. Payloads are plain JSON values. */
export interface Bus {
  /** Tells everybody. Never fails: nobody may be listening. */
  publish<S extends EventSubject>(subject: S, payload: BusEvents[S]): void;
  /** Hears what others and this process publish; returns how to stop. */
  subscribe<S extends EventSubject>(subject: S, listener: (payload: BusEvents[S]) => void): () => void;
  /**
   * Asks one of the servers of a command.
   * @throws BusError `no-server` at once when nobody serves it, `timeout`, or what the server threw.
   */
  request<C extends CommandSubject>(command: C, payload: Payload<C>, timeoutMs?: number): Promise<Reply<C>>;
  /** Serves a command; with several servers each request goes to one of them. Returns how to stop. */
  serve<C extends CommandSubject>(command: C, server: (payload: Payload<C>) => Promise<Reply<C>>): () => void;
  /** True while requests and events reach others. */
  readonly connected: boolean;
  close(): Promise<void>;
}

/** An answer other than the one asked for; `code` tells it apart, `message` is for people. */
export class BusError extends Error {
  readonly code: BusErrorCode;

  constructor(code: BusErrorCode, message: string) {
    super(message);
    this.name = 'BusError';
    this.code = code;
  }
}

/** What travels back for a request, on every kind of bus. */
export type Answer = { ok: true; reply: unknown } | { ok: false; code: BusErrorCode; message: string };

export async function answerOf(work: Promise<unknown>): Promise<Answer> {
  try {
    return { ok: true, reply: await work };
  } catch (error) {
    if (error instanceof BusError) return { ok: false, code: error.code, message: error.message };
    return { ok: false, code: 'failed', message: error instanceof Error ? error.message : String(error) };
  }
}

export function replyOf(answer: Answer): unknown {
  if (answer.ok) return answer.reply;
  throw new BusError(answer.code, answer.message);
}

/** How long a request waits for its answer unless told otherwise. */
export const REQUEST_TIMEOUT_MS = 5000;
