import { troubleOf } from '../api/problem-error.ts';
import { keepAutoAnswer, readAutoAnswer } from './auto-answer.ts';
import type { CallState, Sound } from './call-state.ts';
import { type CallEffect, type CallInput, step } from './call-step.ts';
import { accountOf, claimSession } from './credentials.ts';
import type { PadKey } from './dial-target.ts';
import { type LineEffect, type LineInput, type LineState, numberOf, stepLine } from './line-state.ts';
import { askMicrophone } from './microphone.ts';
import { RemoteAudio } from './remote-audio.ts';
import { renewalDelayMs } from './renewal.ts';
import type { LineAccount, OpenSipLine, SipLine, SipLineEvent } from './sip-line.ts';
import { Sounds } from './sounds.ts';
import { toneOf } from './tone-of-call.ts';

export interface PhoneSnapshot {
  line: LineState;
  call: CallState;
  autoAnswer: boolean;
}

/** The page's phone: two pure machines (line, call) and the shell that does what they ask for. */
export class PagePhone {
  #snapshot: PhoneSnapshot;
  readonly #listeners = new Set<() => void>();
  readonly #openLine: OpenSipLine;
  readonly #sounds = new Sounds();
  readonly #audio = new RemoteAudio((blocked) => this.input({ kind: 'sound-blocked', blocked }));
  #line: SipLine | null = null;
  #number: string | null = null;
  #local: MediaStream | null = null;
  #asked = 0;
  #claimTimer: number | undefined;
  #registerTimer: number | undefined;
  #dismissTimer: number | undefined;

  constructor(openLine: OpenSipLine) {
    this.#openLine = openLine;
    this.#snapshot = {
      line: { kind: 'claiming' },
      call: { kind: 'idle' },
      autoAnswer: readAutoAnswer(window.location.search),
    };
  }

  /** Registers, and keeps registered, until the page goes. */
  start(): void {
    void this.#claim();
    window.addEventListener('pagehide', () => {
      this.#line?.stop();
    });
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
    this.#sounds.play(toneOf(state));
    for (const effect of effects) this.#perform(effect);
    const rings = input.kind === 'line-incoming' && state.kind === 'incoming';
    if (rings && this.#snapshot.autoAnswer)
      this.input({ kind: 'answer', sound: 'microphone', automatic: true });
  }

  /** What a key sounds like; in a call it is sent as well. */
  pressKey(key: PadKey): void {
    this.#sounds.key(key);
    this.input({ kind: 'tone', tone: key });
  }

  /** After a click that lets the browser play sound. */
  allowSound(): void {
    void this.#audio.play();
  }

  #set(snapshot: PhoneSnapshot): void {
    this.#snapshot = snapshot;
    for (const listener of this.#listeners) listener();
  }

  #perform(effect: CallEffect): void {
    switch (effect.kind) {
      case 'ask-microphone':
        void this.#askMicrophone();
        return;
      case 'place':
        this.#line?.place(effect.target, this.#localSound(effect.sound));
        return;
      case 'accept':
        this.#line?.accept(this.#localSound(effect.sound));
        return;
      case 'refuse':
        this.#line?.refuse(effect.sipStatus);
        return;
      case 'hang-up':
        this.#line?.hangUp();
        return;
      case 'mute':
        this.#line?.setMuted(effect.on);
        return;
      case 'send-tone':
        if (!this.#line?.sendTone(effect.tone)) this.input({ kind: 'tone-refused' });
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

  #lineEvent(event: SipLineEvent): void {
    switch (event.kind) {
      case 'connecting':
      case 'disconnected':
      case 'registered':
      case 'refused':
        this.#lineInput(event);
        return;
      case 'remote-track':
        this.#audio.hear(event.stream);
        return;
      default:
        this.input(event);
    }
  }

  #lineInput(input: LineInput): void {
    const { state, effects } = stepLine(this.#snapshot.line, input);
    if (state !== this.#snapshot.line) this.#set({ ...this.#snapshot, line: state });
    for (const effect of effects) this.#performLine(effect);
  }

  #performLine(effect: LineEffect): void {
    if (effect.kind === 'claim') {
      this.#claimLater(effect.afterMs);
    } else {
      window.clearTimeout(this.#registerTimer);
      this.#registerTimer = window.setTimeout(() => this.#line?.register(), effect.afterMs);
    }
  }

  #claimLater(afterMs: number): void {
    window.clearTimeout(this.#claimTimer);
    this.#claimTimer = window.setTimeout(() => void this.#claim(), afterMs);
  }

  /** Gets credentials, now and again before they expire, and registers with them. */
  async #claim(): Promise<void> {
    try {
      const session = await claimSession();
      this.#claimLater(renewalDelayMs(session.expiresAt, Date.now()));
      await this.#use(accountOf(session));
    } catch (error) {
      this.#lineInput({ kind: 'claim-failed', trouble: troubleOf(error), retrying: true });
    }
  }

  async #use(account: LineAccount): Promise<void> {
    const wasFailed = this.#snapshot.line.kind === 'failed';
    this.#lineInput({ kind: 'claimed', number: account.number, displayName: account.displayName });
    if (this.#line && this.#number === account.number) {
      this.#line.renew(account);
      if (wasFailed) this.#line.register();
      return;
    }
    this.#line?.stop();
    this.#number = account.number;
    this.#line = await this.#openLine(account, (event) => this.#lineEvent(event));
    this.#line.start();
  }

  /** The page's own number, once it has one. */
  static numberOf({ line }: PhoneSnapshot): string | null {
    return numberOf(line);
  }
}
