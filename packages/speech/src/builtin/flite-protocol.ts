/** What travels to and from the worker thread. */
export interface FliteOrder {
  id: number;
  fliteName: string;
  gainDb: number;
  text: string;
}

/** `sound` is 16-bit little-endian PCM, mono, at the voice's own rate. */
export type FliteReply = { id: number; sound: Uint8Array } | { id: number; error: string };

export type FliteReady = { ready: true } | { ready: false; error: string };
