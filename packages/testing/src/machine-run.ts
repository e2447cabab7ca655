import type {
  ClientInput,
  Machine,
  ServerInput,
  SipMessage,
  SipRequest,
  TerminationReason,
  TimerName,
  Timing,
} from '@ringback/sip';

export interface RunOptions {
  timing: Timing;
  send(message: SipMessage): void;
  /** What the machine hands up: responses of a client's, requests of a server's. */
  deliver?(message: SipMessage): void;
  ended?(reason: TerminationReason): void;
}

type TimerInput = Extract<ClientInput | ServerInput, { kind: 'timer' }>;

/** Runs a transaction over UDP until it ends. Returns what gives it its inputs. */
export function runMachine<S, I>(
  machine: Machine<S, I | TimerInput>,
  request: SipRequest,
  options: RunOptions,
): (input: I) => void {
  const settings = { reliable: false, timing: options.timing };
  const timers = new Map<TimerName, NodeJS.Timeout>();
  let ended = false;
  let sent: SipMessage = request;
  const perform = ({ state: next, effects }: ReturnType<typeof machine.start>) => {
    state = next;
    for (const effect of effects) {
      if (effect.kind === 'send') sent = effect.message;
      if (effect.kind === 'send' || effect.kind === 'resend') options.send(sent);
      else if (effect.kind === 'deliver') options.deliver?.(effect.message);
      else if (effect.kind === 'wake') wake(effect.timer, effect.atMs);
      else if (effect.kind === 'terminated') end(effect.reason);
    }
  };
  const give = (input: I | TimerInput) => {
    if (!ended) perform(machine.step(state, input, performance.now(), settings));
  };
  const wake = (timer: TimerName, atMs: number) => {
    clearTimeout(timers.get(timer));
    timers.set(
      timer,
      setTimeout(() => give({ kind: 'timer', timer }), atMs - performance.now()),
    );
  };
  const end = (reason: TerminationReason) => {
    ended = true;
    for (const timer of timers.values()) clearTimeout(timer);
    options.ended?.(reason);
  };
  const first = machine.start(request, performance.now(), settings);
  let { state } = first;
  perform(first);
  return give;
}
