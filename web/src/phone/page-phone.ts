import { keepAutoAnswer, readAutoAnswer } from './auto-answer.ts';
import type { CallState, Sound } from './call-state.ts';
import { type CallEffect, type CallInput, step } from './call-step.ts';
import type { PadKey } from './dial-target.ts';
import type { LineState } from './line-state.ts';
import { askMicrophone } from './microphone.ts';
import { type CallLineEvent, Registration } from './registration.ts';
import { RemoteAudio } from './remote-audio.ts';
import type { OpenSipLine } from './sip-line.ts';
import { Sounds } from './sounds.ts';
import { toneOf } from './tone-of-call.ts';

export interface PhoneSnapshot {
  line: LineState;
  call: CallState;
  autoAnswer: boolean;
}

/** The page's phone: a registration, and the shell that does what the machine of the call asks for. */
export class PagePhone {
  #snapshot: PhoneSnapshot;
  readonly #listeners = new Set<() => void>();
  readonly #registration: Registration;
  readonly #sounds = new Sounds();
  readonly #audio = new RemoteAudio((blocked) => this.input({ kind: 'sound-blocked', blocked }));
  #local: MediaStream | null = null;
  #asked = 0;
  #dismissTimer: number | undefined;

  constructor(openLine: OpenSipLine) {
    this.#registration = new Registration(openLine, {
      changed: (line) => this.#set({ ...this.#snapshot, line }),
      heard: (event) => this.#heard(event),
    });
    this.#snapshot = {
      line: { kind: 'claiming' },
      call: { kind: 'idle' },
      autoAnswer: readAutoAnswer(window.location.search),
    };
  }

  /** Registers, and keeps registered, until the page goes. */
  start(): void {
    this.#registration.start();
    window.addEventListener('pagehide', () => this.#registration.stop());
    // A page that comes back from the browser's cache has lost its registration: it starts anew.
    window.addEventListener('pageshow', (event) => {
      if (event.persisted) window.location.reload();
    });
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): PhoneSnapshot => this.#snapshot;

  readonly attachAudio = (element: HTMLAudioElement | null): void => this.#audio.attach(element);

  setAutoAnswer(on: boolean): void {
    keepAutoAnswer(on);
    this.#set({ ...this.#snapshot, autoAnswer: on });
  }

  /** A click, the microphone's answer or news of the line; what follows from it is done at once. */
  input(input: CallInput): void {
    const { state, effects } = step(this.#snapshot.call, input, Date.now());
    if (state !== this.#snapshot.call) this.#set({ ...this.#snapshot, call: state });
    const rings = input.kind === 'line-incoming' && state.kind === 'incoming';
    if (rings && this.#snapshot.autoAnswer) {
      this.input({ kind: 'answer', sound: 'microphone', automatic: true });
      return;
    }
    this.#sounds.play(toneOf(state));
    for (const effect of effects) this.#perform(effect);
  }

  /** What a key sounds like; in a call it is sent as well. */
  readonly pressKey = (key: PadKey): void => {
    this.#sounds.key(key);
    this.input({ kind: 'tone', tone: key });
  };

  /** After a click that lets the browser play sound. */
  allowSound(): void {
    void this.#audio.play();
  }

  #set(snapshot: PhoneSnapshot): void {
    this.#snapshot = snapshot;
    for (const listener of this.#listeners) listener();
  }

  #heard(event: CallLineEvent): void {
    if (event.kind === 'remote-track') this.#audio.hear(event.stream);
    else this.input(event);
  }

  #perform(effect: CallEffect): void {
    const line = this.#registration.line;
    switch (effect.kind) {
      case 'ask-microphone':
        void this.#askMicrophone();
        return;
      case 'place':
        line?.place(effect.target, this.#localSound(effect.sound));
        return;
      case 'accept':
        line?.accept(this.#localSound(effect.sound));
        return;
      case 'refuse':
        line?.refuse(effect.sipStatus);
        return;
      case 'hang-up':
        line?.hangUp();
        return;
      case 'mute':
        line?.setMuted(effect.on);
        return;
      case 'send-tone':
        if (!line?.sendTone(effect.tone)) this.input({ kind: 'tone-refused' });
        return;
      case 'release-sound':
        this.#releaseSound();
        return;
      case 'dismiss-after':
        window.clearTimeout(this.#dismissTimer);
        this.#dismissTimer = window.setTimeout(() => this.input({ kind: 'dismiss' }), effect.ms);
        return;
      default: {
        const never: never = effect;
        throw new Error(`Unknown effect ${JSON.stringify(never)}`);
      }
    }
  }

  async #askMicrophone(): Promise<void> {
    this.#asked += 1;
    const asked = this.#asked;
    const answer = await askMicrophone();
    if (asked !== this.#asked) {
      // A later call asked again while the browser's question was open: this answer is nobody's.
      if (answer.kind === 'granted') for (const track of answer.stream.getTracks()) track.stop();
      return;
    }
    if (answer.kind === 'granted') {
      this.#local = answer.stream;
      this.input({ kind: 'microphone-ready' });
    } else {
      this.input({ kind: 'microphone-refused', trouble: answer.trouble });
    }
  }

  #localSound(sound: Sound): MediaStream {
    if (sound === 'silence' || !this.#local) this.#local = this.#sounds.silence();
    return this.#local;
  }

  #releaseSound(): void {
    for (const track of this.#local?.getTracks() ?? []) track.stop();
    this.#local = null;
    this.#audio.silence();
  }
}
