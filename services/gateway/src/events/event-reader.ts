import type { WebSocket } from 'ws';
import type { EventLog } from './event-log.ts';

/** Given to the socket at once; the rest stays in the log, so that a reader costs little however slow it is. */
const WINDOW_BYTES = 256 * 1024;
/** A reader that was up to date and is this far behind now is closed. */
const MAX_BEHIND_BYTES = 1024 * 1024;
/** With more than this on its way, a reader misses what is told only once. */
const LIVE_WINDOW_BYTES = 64 * 1024;
const HEARTBEAT_MS = 20_000;

/**
 * Sends the log to one reader from `since` on, or from now on when it is null. Events that the log has forgotten
 * are told as a gap. A reader that does not keep up, or answers no ping, is closed; it may come again with `since`.
 */
export class EventReader {
  readonly #socket: WebSocket;
  readonly #log: EventLog;
  readonly #stop: () => void;
  readonly #heartbeat: NodeJS.Timeout;
  #next: number;
  #alive = true;
  /** Bytes of the events that came since this reader was up to date; null until it is for the first time. */
  #behind: number | null = null;

  constructor(socket: WebSocket, log: EventLog, since: number | null) {
    this.#socket = socket;
    this.#log = log;
    this.#next = since === null ? log.newest + 1 : since + 1;
    socket.send(log.notice('stream.hello'));
    // A number that is still to come is of another history: nothing is known of what happened in between.
    if (this.#next > log.newest + 1) this.#tellGap();
    this.#stop = log.follow(
      () => this.#grown(),
      (json) => this.#pass(json),
    );
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS);
    socket.on('pong', () => {
      this.#alive = true;
    });
    socket.once('close', () => {
      this.#stop();
      clearInterval(this.#heartbeat);
    });
    this.#pump();
  }

  #grown(): void {
    if (this.#behind !== null) this.#behind += this.#log.at(this.#log.newest)?.bytes ?? 0;
    this.#pump();
    if (this.#behind !== null && this.#behind > MAX_BEHIND_BYTES) this.#socket.terminate();
  }

  #pass(json: string): void {
    const { readyState, OPEN, bufferedAmount } = this.#socket;
    const upToDate = this.#next > this.#log.newest;
    if (readyState === OPEN && upToDate && bufferedAmount < LIVE_WINDOW_BYTES) this.#socket.send(json);
  }

  #pump(): void {
    while (this.#socket.readyState === this.#socket.OPEN && this.#socket.bufferedAmount < WINDOW_BYTES) {
      if (this.#next < this.#log.oldest) this.#tellGap();
      const event = this.#log.at(this.#next);
      if (!event) {
        this.#behind = 0;
        return;
      }
      this.#next += 1;
      this.#socket.send(event.json, () => this.#pump());
    }
  }

  #tellGap(): void {
    this.#socket.send(this.#log.notice('stream.gap', this.#next - 1));
    this.#next = this.#log.oldest;
  }

  #beat(): void {
    if (!this.#alive) this.#socket.terminate();
    this.#alive = false;
    this.#socket.ping();
  }
}
