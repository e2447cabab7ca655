// sdp-transform 3.0.0 brings no types. Only the lines that this project reads or writes are declared;
// a value that looks like an integer arrives as a number, whatever the field.
declare module 'sdp-transform' {
  export type Word = string | number;
  export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

  export type Shared = {
    connection?: { version: number; ip: string };
    direction?: Direction;
    iceUfrag?: Word;
    icePwd?: Word;
    iceOptions?: Word;
    icelite?: string;
    fingerprint?: { type: string; hash: string };
    setup?: string;
    invalid?: { value: string }[];
  };

  export type Media = Shared & {
    type: string;
    port: number;
    protocol: string;
    payloads: Word;
    rtp: { payload: number; codec: Word; rate?: number; encoding?: Word }[];
    fmtp: { payload: number; config: Word }[];
    mid?: Word;
    ptime?: number;
    maxptime?: number;
    rtcp?: { port: number; netType?: string; ipVer?: number; address?: string };
    rtcpMux?: string;
    candidates?: {
      foundation: Word;
      component: number;
      transport: string;
      priority: Word;
      ip: string;
      port: number;
      type: string;
      raddr?: string;
      rport?: number;
      tcptype?: string;
    }[];
    endOfCandidates?: string;
    ssrcs?: { id: number; attribute?: string; value?: Word }[];
    msid?: { id: Word; appdata?: Word }[];
    crypto?: { id: number; suite: string; config: string }[];
  };

  export type Session = Shared & {
    version: number;
    origin: {
      username: Word;
      sessionId: Word;
      sessionVersion: number;
      netType: string;
      ipVer: number;
      address: string;
    };
    name?: Word;
    timing?: { start: number; stop: number };
    groups?: { type: string; mids: Word }[];
    media: Media[];
  };

  export function parse(sdp: string): Session;
  export function write(session: Session): string;
}
