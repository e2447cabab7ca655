import type { VoiceCall } from '@ringback/contracts';
import type { Logger } from '@ringback/runtime';
import { MediaSession } from '../rtp/media-session.ts';
import type { Dialog } from '../sip/dialog.ts';
import { type CallEffect, type CallInput, type CallState, stepCall } from './call-flow.ts';
import { SpeechEvents } from './speech-events.ts';
import { SpokenText } from './spoken-text.ts';
import type { CallSurroundings, RunningCall } from './surroundings.ts';

/** Calls a number and speaks a text to whoever answers: the shell around {@link stepCall}. */
export class OutgoingCall implements RunningCall {
  readonly over: Promise<void>;
  readonly #order: VoiceCall;
  readonly #surroundings: CallSurroundings;
  readonly #logger: Logger;
  readonly #events: SpeechEvents;
  readonly #spoken: SpokenText;
  #state: CallState = 'preparing';
  #media: MediaSession | undefined;
  #dialog: Dialog | undefined;
  #released: () => void = () => undefined;

  constructor(order: VoiceCall, surroundings: CallSurroundings) {
    this.#order = order;
    this.#surroundings = surroundings;
    this.#logger = surroundings.logger.child({ callId: order.callId });
    this.#events = new SpeechEvents(surroundings.bus, order.callId);
    this.over = new Promise((resolve) => {
      this.#released = resolve;
    });
    // Before anything else: the phone rings while the text is turned into sound.
    this.#spoken = this.#speak();
    void this.#openMedia();
  }

  /** Asked for on the bus. */
  hangUp(): void {
    this.#step({ kind: 'hang-up' });
  }

  stop(): void {
    this.#step({ kind: 'stop' });
  }

  #speak(): SpokenText {
    const { speech, speechHealth } = this.#surroundings;
    return new SpokenText(speech, this.#order.text, this.#order.voiceId, {
      started: (speaker) => this.#events.started(speaker),
      firstAudio: (speaker, afterMs) => {
        speechHealth.spoke(speaker);
        this.#events.firstAudio(speaker, afterMs);
      },
      failed: (failure) => {
        speechHealth.failedToSpeak(failure);
        this.#logger.warn({ ...failure }, 'speech failed');
        this.#events.failed(failure);
      },
      nothingToSay: (problem) => this.#step({ kind: 'speech-failed', problem }),
    });
  }

  async #openMedia(): Promise<void> {
    try {
      const media = await MediaSession.open(this.#surroundings.pacer, this.#surroundings.ports);
      if (this.#state === 'over') media.close();
      else this.#media = media;
      this.#step({ kind: 'ready' });
    } catch (error) {
      this.#logger.error({ err: error }, 'no media ports');
      this.#step({ kind: 'no-media', problem: error instanceof Error ? error.message : String(error) });
    }
  }

  #step(input: CallInput): void {
    const { state, effects } = stepCall(this.#state, input);
    if (state !== this.#state) this.#logger.debug({ input: input.kind, state }, 'call');
    this.#state = state;
    for (const effect of effects) this.#perform(effect);
  }

  #perform(effect: CallEffect): void {
    const { bus } = this.#surroundings;
    const { callId } = this.#order;
    if (typeof effect === 'object') {
      this.#logger.warn({ end: effect.end }, 'the call came to nothing');
      bus.publish('voice.failed', { callId, end: effect.end });
      return;
    }
    switch (effect) {
      case 'invite':
        this.#invite();
        return;
      case 'speak':
        this.#media?.play(this.#spoken, () => this.#drained());
        return;
      case 'hang-up':
        this.#dialog?.hangUp();
        // A BYE or CANCEL goes nowhere now; the B2BUA must hear of the end another way.
        if (!this.#surroundings.agent.connected) bus.publish('call.hangup', { callId });
        return;
      case 'ask-hang-up':
        bus.publish('call.hangup', { callId });
        return;
      case 'release':
        this.#release();
        return;
      default:
        effect satisfies never;
    }
  }

  #invite(): void {
    const { callId, to, fromName } = this.#order;
    if (!this.#media) return;
    this.#dialog = this.#surroundings.agent.place({ callId, to, fromName, media: this.#media }, (event) => {
      if (event.kind !== 'ringing') this.#step(event);
    });
  }

  #drained(): void {
    const spoken = this.#spoken;
    if (!spoken.failed) this.#events.finished(spoken.speaker, spoken.playedMs);
    this.#step({ kind: 'drained' });
  }

  #release(): void {
    this.#spoken.stop();
    this.#media?.close();
    this.#logger.info({ media: this.#media?.statistics }, 'call over');
    this.#released();
  }
}
