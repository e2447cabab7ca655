import type { Logger, PortRange } from '@ringback/runtime';
import type { TlsKeys } from './control/transport/http-server.ts';
import type { ListenAddress } from './control/transport/listening.ts';
import type { NgPorts } from './control/transport/ng-server.ts';
import type { HomerOptions } from './quality/homer.ts';

/** A further address for media sockets, with the same range of ports. */
export type InterfaceOptions = {
  /** As the option `direction` of offer and answer names it; several may share one. */
  name: string;
  host: string;
  advertisedHost?: string;
};

/** What an engine needs, whatever process it runs in. */
export type EngineOptions = {
  /** Address that media sockets are bound to. */
  host: string;
  /** Address put into descriptions when it differs from `host` (NAT, containers). */
  advertisedHost?: string;
  /** Beside `host`, which goes by the name of `default`. */
  interfaces?: readonly InterfaceOptions[];
  /** All media sockets lie in here, both ends included. */
  rtpPorts: PortRange;
  logger: Logger;
  /** Where recordings go; without it nothing is recorded. It is made when the first one begins. */
  recordingDir?: string;
  /** What names of files that are no full paths are counted from; the directory of this process when absent. */
  workingDir?: string;
  /** The program that decodes what is played and is no plain WAV file; `ffmpeg` on the PATH when absent. */
  ffmpegPath?: string;
  /** An answered call with no packet at all for this long is freed; 60 when absent. */
  mediaTimeoutSec?: number;
  /** Where each RTCP packet that comes is mirrored to. */
  homer?: HomerOptions;
  /** The same while somebody does not send or does not listen, as on hold; 3600 when absent. */
  silentTimeoutSec?: number;
  /** An offer that nobody answers is forgotten after this long; 300 when absent. */
  offerTimeoutSec?: number;
  /** Any call ends after this long; 0, as when absent, for never. */
  finalTimeoutSec?: number;
};

/** Where the NG protocol is spoken. Port 0 takes a free one; the one taken is in what `start…` gives back. */
export type RtpengineOptions = EngineOptions & {
  ngHost: string;
  /** Over UDP. */
  ngPort: number;
  ngTcp?: ListenAddress;
  /** HTTP and WebSocket. */
  http?: ListenAddress;
  https?: ListenAddress & TlsKeys;
};

/** Only what an engine needs, which speaks no protocol itself. */
export function engineOptionsOf(options: RtpengineOptions): EngineOptions {
  const { ngHost: _host, ngPort: _port, ngTcp: _tcp, http: _http, https: _https, ...engine } = options;
  // A media process has a directory of its own, which its users do not know.
  return { workingDir: process.cwd(), ...engine };
}

export type SupervisedOptions = RtpengineOptions & {
  /** Media processes, each with an equal part of `rtpPorts`; 1 when absent. */
  processes?: number;
  /** A process whose event loop stands still for this long is killed and started again; 10 when absent. */
  hangTimeoutSec?: number;
  /** A media process died and its calls with it; it is being started again on the same ports. */
  onCrash?: (crash: Crash) => void;
};

/** The end of a media process that nobody asked for. */
export type Crash = {
  pid: number | undefined;
  code: number | null;
  signal: NodeJS.Signals | null;
  /** Killed since its event loop stood still. */
  hung: boolean;
  /** The calls that are lost; whoever asks for one hears that it is unknown. */
  callIds: readonly string[];
};

export type RunningRtpengine = {
  /** The one over UDP. */
  readonly ngPort: number;
  readonly ngPorts: NgPorts;
  /** Closes every socket; resolves when they are closed. */
  close(): Promise<void>;
};

/** When calls end by themselves, in seconds. */
export type Timeouts = { media: number; silent: number; offer: number; final: number };

export function timeoutsOf(options: EngineOptions): Timeouts {
  return {
    media: options.mediaTimeoutSec ?? 60,
    silent: options.silentTimeoutSec ?? 3600,
    // Longer than any phone rings.
    offer: options.offerTimeoutSec ?? 300,
    final: options.finalTimeoutSec || Number.POSITIVE_INFINITY,
  };
}

export const DEFAULT_HANG_TIMEOUT_SEC = 10;
