/** One thing that two messages say differently; null: the message does not say it. */
export interface Difference {
  /** `start line`, `headers`, `SDP session`, `SDP 1 audio`. */
  place: string;
  /** `From`, `From ;tag`, `a=rtpmap:0`. */
  name: string;
  left: string | null;
  right: string | null;
}
