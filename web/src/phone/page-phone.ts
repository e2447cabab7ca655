import { recallPhone, rememberPhone } from './browser-memory.ts';
import { CallLevels } from './call-levels.ts';
import { CallNotification } from './call-notification.ts';
import type { CallInput } from './call-step.ts';
import { type CallsState, isLive, isTalking, shownCall } from './calls-state.ts';
import { type CallsEffect, type CallsInput, stepCalls } from './calls-step.ts';
import type { PadKey } from './dial-target.ts';
import type { LineState } from './line-state.ts';
import { LocalSounds } from './local-sounds.ts';
import type { PhoneMemory } from './phone-memory.ts';
import { type CallLineEvent, Registration } from './registration.ts';
import { RemoteAudio } from './remote-audio.ts';
import type { OpenSipLine } from './sip-line.ts';
import { Sounds } from './sounds.ts';
import { toneOf } from './tone-of-call.ts';

export interface PhoneSnapshot {
  readonly line: LineState;
  readonly calls: CallsState;
  readonly memory: PhoneMemory;
}

/** The page's phone: a registration, and the shell that does what the machine of its calls asks for. */
export class PagePhone {
  #snapshot: PhoneSnapshot;
  #dialled = 0;
  readonly #listeners = new Set<() => void>();
  readonly #registration: Registration;
  readonly #notification = new CallNotification();
  readonly sounds = new Sounds();
  readonly #local = new LocalSounds(() => this.sounds.silence());
  readonly #remote = new RemoteAudio((id, blocked) => this.toCall(id, { kind: 'sound-blocked', blocked }));

  constructor(openLine: OpenSipLine) {
    this.#registration = new Registration(openLine, {
      changed: (line) => this.#set({ line }),
      heard: (event) => this.#heard(event),
    });
    this.#snapshot = { line: { kind: 'claiming' }, calls: [], memory: recallPhone() };
    this.#applyDevices();
  }

  /** Registers, and keeps registered, until the page goes. */
  start(): void {
    this.#registration.start();
    // Hangs up as well (RFC 3261 15): whoever was talked to is not left with silence.
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

  readonly attachAudio = (element: HTMLAudioElement | null): void => this.#remote.attach(element);

  /** Changes what the phone remembers, and does accordingly at once. */
  remember(change: Partial<PhoneMemory>): void {
    const { devices } = this.#snapshot.memory;
    const memory = { ...this.#snapshot.memory, ...change };
    rememberPhone(memory);
    this.#set({ memory });
    this.#applyDevices();
    if (memory.devices.microphone !== devices.microphone) void this.#changeMicrophone();
  }

  dial(target: string): void {
    this.#dialled += 1;
    this.remember({ lastDialled: target });
    this.#input({ kind: 'dial', id: `out-${this.#dialled}`, target });
  }

  /** A click, or the microphone's answer; what follows from it is done at once. */
  toCall(id: string, input: CallInput): void {
    this.#input({ kind: 'to-call', id, input });
  }

  /** What a key sounds like; the call that is talked to is sent it. */
  readonly pressKey = (key: PadKey): void => {
    this.sounds.key(key);
    const talking = this.#snapshot.calls.find(({ call }) => isTalking(call));
    if (talking) this.toCall(talking.id, { kind: 'tone', tone: key });
  };

  /** After a click that lets the browser play sound. */
  allowSound(): void {
    void this.#remote.play();
  }

  /** How loud we are in that call, and the other side is; to be closed by whoever asked. */
  levels(id: string): CallLevels {
    return new CallLevels(
      () => ({ local: this.#local.stream(id), remote: this.#remote.stream(id) }),
      (stream) => this.sounds.meter(stream),
    );
  }

  #set(change: Partial<PhoneSnapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...change };
    for (const listener of this.#listeners) listener();
  }

  #input(input: CallsInput): void {
    const { state, effects } = stepCalls(this.#snapshot.calls, input, Date.now());
    if (state !== this.#snapshot.calls) this.#changed(state);
    for (const effect of effects) this.#perform(effect);
    if (input.kind === 'line-incoming' && this.#answersByItself(input.id))
      this.toCall(input.id, { kind: 'answer', sound: 'microphone', automatic: true });
  }

  #changed(calls: CallsState): void {
    this.#set({ calls });
    this.sounds.play(toneOf(calls));
    const shown = shownCall(calls);
    this.#remote.follow(shown && isLive(shown.call) ? shown.id : null);
    this.#notification.update(calls);
    if (!this.#snapshot.memory.soundTested && calls.some(({ call }) => call.kind === 'active'))
      this.remember({ soundTested: true });
  }

  /** Only a phone that is not in use: nobody wants to be put on hold by a machine. */
  #answersByItself(id: string): boolean {
    const { calls, memory } = this.#snapshot;
    const known = calls.some((one) => one.id === id);
    return memory.autoAnswer && known && calls.every((one) => one.id === id || !isLive(one.call));
  }

  #heard(event: CallLineEvent): void {
    const { id, ...news } = event;
    switch (news.kind) {
      case 'remote-track':
        this.#remote.hear(id, news.stream);
        return;
      case 'line-incoming':
        this.#input({ kind: 'line-incoming', id, peer: news.peer });
        return;
      default:
        this.toCall(id, news);
    }
  }

  #perform({ id, effect }: CallsEffect): void {
    const line = this.#registration.line;
    const call = line?.call(id);
    switch (effect.kind) {
      case 'ask-microphone':
        void this.#askMicrophone(id);
        return;
      case 'place':
        line?.place(id, effect.target, this.#localSound(id, effect.sound === 'silence'));
        return;
      case 'accept':
        call?.accept(this.#localSound(id, effect.sound === 'silence'), effect.warning);
        return;
      case 'refuse':
        call?.refuse(effect.sipStatus, effect.warning);
        return;
      case 'hang-up':
        call?.hangUp();
        return;
      case 'mute':
        call?.setMuted(effect.on);
        return;
      case 'hold':
        call?.setHeld(effect.on);
        return;
      case 'send-tone':
        call?.sendTone(effect.tone, this.#snapshot.memory.toneWay);
        return;
      case 'release-sound':
        this.#local.release(id);
        this.#remote.forget(id);
        return;
      case 'dismiss-after':
        window.setTimeout(() => this.toCall(id, { kind: 'dismiss' }), effect.ms);
        return;
      default: {
        const never: never = effect;
        throw new Error(`Unknown effect ${JSON.stringify(never)}`);
      }
    }
  }

  async #askMicrophone(id: string): Promise<void> {
    const answer = await this.#local.ask(id, this.#snapshot.memory.devices.microphone);
    if (answer.kind === 'granted') this.toCall(id, { kind: 'microphone-ready' });
    else this.toCall(id, { kind: 'microphone-refused', trouble: answer.trouble });
  }

  #localSound(id: string, silent: boolean): MediaStream {
    return (silent ? null : this.#local.stream(id)) ?? this.#local.silence(id);
  }

  #applyDevices(): void {
    const { devices } = this.#snapshot.memory;
    this.sounds.use(devices);
    this.#remote.use(devices.speaker);
  }

  async #changeMicrophone(): Promise<void> {
    const heard = this.#snapshot.calls.filter(
      ({ call }) => call.kind === 'active' && call.sound === 'microphone',
    );
    await this.#local.replace(
      heard.map(({ id }) => id),
      this.#snapshot.memory.devices.microphone,
      async (id, stream) => this.#registration.line?.call(id)?.replaceSound(stream),
    );
  }
}
