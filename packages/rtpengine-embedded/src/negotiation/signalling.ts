import type { MediaInterface } from '../transport/interfaces.ts';
import { RtcpMux } from './rtcp-mux.ts';
import { SdesSession } from './sdes-session.ts';
import { ToldOrigin } from './told-origin.ts';

/** What was agreed with one endpoint besides its formats, and lasts from one description to the next. */
export class Signalling {
  readonly sdes = new SdesSession();
  readonly origin = new ToldOrigin();
  readonly rtcpMux = new RtcpMux();
  /** Where its path begins. */
  interface: MediaInterface | undefined;
}
