import type { Bus, Logger, Pacer } from '@ringback/runtime';
import type { Speech } from '@ringback/speech';
import type { PortPairs } from '../rtp/port-pair.ts';
import type { SipAgent } from '../sip/sip-agent.ts';
import type { Speaker, SpeechFailure } from './spoken-text.ts';

export interface SpeechHealth {
  spoke(speaker: Speaker): void;
  failedToSpeak(failure: SpeechFailure): void;
}

/** What every call of this process shares. */
export interface CallSurroundings {
  readonly agent: SipAgent;
  readonly pacer: Pacer;
  readonly speech: Speech;
  readonly bus: Bus;
  readonly logger: Logger;
  /** Where media sockets are bound. */
  readonly ports: PortPairs;
  /** To be told how speech fares. */
  readonly speechHealth: SpeechHealth;
}

/** A call as the service sees it. */
export interface RunningCall {
  /** Resolves when everything of the call is given back. */
  readonly over: Promise<void>;
  /** The process is about to end: hangs up. */
  stop(): void;
}
