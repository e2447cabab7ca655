import { destinationOf } from '@ringback/contracts';
import type { Logger } from '@ringback/runtime';
import { testTone } from '../rtp/frame-source.ts';
import { MediaSession } from '../rtp/media-session.ts';
import type { DialogEvent } from '../sip/dialog.ts';
import type { IncomingDialog } from '../sip/incoming-dialog.ts';
import { SpeechEvents } from './speech-events.ts';
import { SpokenText } from './spoken-text.ts';
import type { CallSurroundings, RunningCall } from './surroundings.ts';

export type ServiceName = 'echo' | 'tone' | 'welcome';

const WELCOME =
  'Welcome to Ringback, a phone network of your own. You are hearing its voice. ' +
  'Dial 9 1 9 6 to hear yourself, or 9 1 9 7 for a tone. Goodbye.';

const LONGEST_MS = 3_600_000;
/** A caller of whom nothing is heard for so long has gone without a BYE. */
const SILENCE_PATIENCE_MS = 60_000;
const CHECK_MS = 5000;

/** How long an incoming call may last and may be silent, in milliseconds. */
export interface IncomingLimits {
  readonly longestMs: number;
  readonly silenceMs: number;
  readonly checkMs: number;
}

const LIMITS: IncomingLimits = {
  longestMs: LONGEST_MS,
  silenceMs: SILENCE_PATIENCE_MS,
  checkMs: CHECK_MS,
};

/** Which of the voice's services a number is; undefined for any other number. */
export function serviceOf(number: string): ServiceName | undefined {
  const destination = destinationOf(number);
  return destination.kind === 'service' ? destination.service : undefined;
}

/** A caller of one of the voice's services: echo, tone or welcome. */
export class IncomingCall implements RunningCall {
  readonly over: Promise<void>;
  readonly #dialog: IncomingDialog;
  readonly #service: ServiceName;
  readonly #surroundings: CallSurroundings;
  readonly #limits: IncomingLimits;
  readonly #logger: Logger;
  #media: MediaSession | undefined;
  #spoken: SpokenText | undefined;
  #events: SpeechEvents | undefined;
  #timers: NodeJS.Timeout[] = [];
  #ended = false;
  #released: () => void = () => undefined;

  constructor(
    dialog: IncomingDialog,
    service: ServiceName,
    surroundings: CallSurroundings,
    limits: IncomingLimits = LIMITS,
  ) {
    this.#dialog = dialog;
    this.#service = service;
    this.#surroundings = surroundings;
    this.#limits = limits;
    this.#logger = surroundings.logger.child({ sipCallId: dialog.sipCallId, service });
    this.over = new Promise((resolve) => {
      this.#released = resolve;
    });
    if (service === 'welcome') this.#spoken = this.#speakWelcome();
    void this.#answer();
  }

  stop(): void {
    this.#dialog.hangUp();
    this.#release();
  }

  #speakWelcome(): SpokenText {
    const { speech, speechHealth, bus } = this.#surroundings;
    const events = this.#dialog.callId === undefined ? undefined : new SpeechEvents(bus, this.#dialog.callId);
    this.#events = events;
    return new SpokenText(speech, WELCOME, null, {
      started: (speaker) => events?.started(speaker),
      firstAudio: (speaker, afterMs) => {
        speechHealth.spoke(speaker);
        events?.firstAudio(speaker, afterMs);
      },
      failed: (failure) => {
        speechHealth.failedToSpeak(failure);
        this.#logger.warn({ ...failure }, 'speech failed');
        events?.failed(failure);
      },
      nothingToSay: () => this.stop(),
    });
  }

  #playWelcome(media: MediaSession): void {
    const spoken = this.#spoken;
    if (!spoken) return;
    media.play(spoken, () => {
      if (!spoken.failed) this.#events?.finished(spoken.speaker, spoken.playedMs);
      this.stop();
    });
  }

  async #answer(): Promise<void> {
    try {
      this.#media = await MediaSession.open(this.#surroundings.pacer, this.#surroundings.ports);
    } catch (error) {
      this.#logger.error({ err: error }, 'no media ports');
      this.#dialog.reject(503);
      this.#release();
      return;
    }
    if (this.#ended) this.#media.close();
    else this.#dialog.accept(this.#media, (event) => this.#heard(event));
  }

  #heard(event: DialogEvent): void {
    if (event.kind === 'answered') this.#begin();
    if (event.kind === 'ended') this.#release();
  }

  #begin(): void {
    const media = this.#media;
    if (!media || this.#ended) return;
    this.#watch(media);
    switch (this.#service) {
      case 'echo':
        media.echo();
        return;
      case 'tone':
        media.play(testTone());
        return;
      case 'welcome':
        this.#playWelcome(media);
        return;
      default:
        this.#service satisfies never;
    }
  }

  #watch(media: MediaSession): void {
    const { longestMs, silenceMs, checkMs } = this.#limits;
    const hangUpBecause = (reason: string) => {
      this.#logger.info({ reason }, 'hanging up');
      this.stop();
    };
    this.#timers = [
      setTimeout(() => hangUpBecause('the longest time is over'), longestMs),
      setInterval(() => {
        if (media.silentForMs > silenceMs) hangUpBecause('nothing is heard of the caller');
      }, checkMs),
    ];
  }

  #release(): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#spoken?.stop();
    this.#media?.close();
    this.#logger.info({ media: this.#media?.statistics }, 'call over');
    this.#released();
  }
}
