/** Browsers that call phones and phones that call browsers, by turns, in a process of their own. */
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { remoteAudio } from '@ringback/sdp';
import { Browser } from './browser.ts';
import { NgControl, phoneSdp } from './ng.ts';
import { Phone, type Speaker, speakInTurn } from './phone.ts';

export type WebRtcOrder = { ngPort: number; calls: number; callsPerSecond: number; holdSec: number };
/** Times from the moment when both sides know each other's description. */
export type SetupTimes = { caller: 'browser' | 'phone'; browserHearsMs: number; phoneHearsMs: number };
export type WebRtcReport =
  /** Half of the calls are set up, and what is needed once is there. */
  | { kind: 'half' }
  | { kind: 'up'; setups: SetupTimes[]; failed: number; setUpMs: number }
  | { kind: 'done'; sent: number; lost: number };

const CONNECT_LIMIT_MS = 10_000;
const toPlain = {
  'transport-protocol': 'RTP/AVP',
  ICE: 'remove',
  'rtcp-mux': ['demux'],
  replace: ['origin', 'session-connection'],
  flags: ['trust-address', 'no-rtcp-attribute'],
};
const toBrowser = {
  'transport-protocol': 'UDP/TLS/RTP/SAVPF',
  ICE: 'force',
  'rtcp-mux': ['require'],
  flags: ['trust-address', 'generate-mid'],
};
const tell = (report: WebRtcReport) => process.send?.(report);

class BridgedCall {
  readonly browser: Browser;
  readonly phone: Phone;
  readonly #firsts: { browserMs: Promise<number>; phoneMs: Promise<number> };

  constructor(
    browser: Browser,
    phone: Phone,
    firsts: { browserMs: Promise<number>; phoneMs: Promise<number> },
  ) {
    this.browser = browser;
    this.phone = phone;
    this.#firsts = firsts;
  }

  static async open(name: string): Promise<BridgedCall> {
    let browserHears: (atMs: number) => void = () => undefined;
    let phoneHears: (atMs: number) => void = () => undefined;
    const firsts = {
      browserMs: new Promise<number>((resolve) => {
        browserHears = resolve;
      }),
      phoneMs: new Promise<number>((resolve) => {
        phoneHears = resolve;
      }),
    };
    const phone = await Phone.open(7, () => phoneHears(performance.now()));
    return new BridgedCall(new Browser(name, () => browserHears(performance.now())), phone, firsts);
  }

  async browserCalls(control: NgControl, callId: string): Promise<SetupTimes> {
    const call = { 'call-id': callId, 'from-tag': 'browser' };
    const sdp = await this.browser.offer();
    const offer = await control.command({ command: 'offer', ...call, ...toPlain, sdp });
    const theirs = phoneSdp(this.phone.port);
    const answer = await control.command({
      command: 'answer',
      ...call,
      ...toBrowser,
      'to-tag': 'phone',
      sdp: theirs,
    });
    this.phone.sendTo(remoteAudio(String(offer.sdp)).port);
    this.browser.accept(String(answer.sdp));
    return this.#times('browser', performance.now());
  }

  async phoneCalls(control: NgControl, callId: string): Promise<SetupTimes> {
    const call = { 'call-id': callId, 'from-tag': 'phone' };
    const sdp = phoneSdp(this.phone.port);
    const offer = await control.command({ command: 'offer', ...call, ...toBrowser, sdp });
    const theirs = await this.browser.answer(String(offer.sdp));
    const answer = await control.command({
      command: 'answer',
      ...call,
      ...toPlain,
      'to-tag': 'browser',
      sdp: theirs,
    });
    this.phone.sendTo(remoteAudio(String(answer.sdp)).port);
    return this.#times('phone', performance.now());
  }

  async #times(caller: SetupTimes['caller'], describedMs: number): Promise<SetupTimes> {
    const [browserMs, phoneMs] = await Promise.race([
      Promise.all([this.#firsts.browserMs, this.#firsts.phoneMs]),
      wait(CONNECT_LIMIT_MS, undefined, { ref: false }).then(() => {
        throw new Error('no media');
      }),
    ]);
    return { caller, browserHearsMs: browserMs - describedMs, phoneHearsMs: phoneMs - describedMs };
  }

  close(): void {
    this.browser.close();
    this.phone.close();
  }
}

async function run({ ngPort, calls, callsPerSecond, holdSec }: WebRtcOrder): Promise<void> {
  const control = await NgControl.open(ngPort);
  const open: BridgedCall[] = [];
  const speakers: Speaker[] = [];
  const stop = speakInTurn(speakers);
  const beganMs = performance.now();
  const settling: Promise<SetupTimes>[] = [];
  for (let i = 0; i < calls; i++) {
    const call = await BridgedCall.open(`browser ${i}`);
    open.push(call);
    speakers.push(call.browser, call.phone);
    const callId = `webrtc-${process.pid}-${i}`;
    const settles = i % 2 === 0 ? call.browserCalls(control, callId) : call.phoneCalls(control, callId);
    settling.push(settles);
    // One that fails before all are looked at, below, is no fault of this program.
    const over = settles.catch(() => undefined);
    if (i + 1 === Math.ceil(calls / 2)) void over.then(() => tell({ kind: 'half' }));
    if (callsPerSecond === 0) await over;
    else await wait(Math.max(0, beganMs + ((i + 1) * 1000) / callsPerSecond - performance.now()));
  }
  const settled = await Promise.allSettled(settling);
  const setUpMs = performance.now() - beganMs;
  for (const one of settled) if (one.status === 'rejected') console.log(`no media: ${one.reason}`);
  const setups = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  // What is sent before a path is open is no loss of it.
  await wait(300);
  const count = () => {
    const ends = open.flatMap((call) => [call.browser, call.phone]);
    return ends.reduce((sum, end) => ({ sent: sum.sent + end.sent, heard: sum.heard + end.heard }), {
      sent: 0,
      heard: 0,
    });
  };
  const before = count();
  tell({ kind: 'up', setups, failed: calls - setups.length, setUpMs });
  await wait(holdSec * 1000);
  stop();
  await wait(300);
  const after = count();
  const sent = after.sent - before.sent;
  tell({ kind: 'done', sent, lost: sent - (after.heard - before.heard) });
  for (const call of open) call.close();
  control.close();
}

const [order] = (await once(process, 'message')) as [WebRtcOrder];
await run(order);
// The native library keeps threads, which would keep the process.
process.exit(0);
