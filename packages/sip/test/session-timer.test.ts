import { describe, expect, it } from 'vitest';
import {
  answerHeaders,
  answerTerms,
  parseSessionExpires,
  requestHeaders,
  responseTo,
  type SessionTerms,
  type SessionTimerInput,
  type Side,
  sessionTimer,
  sessionTimerTable,
  sessionTooSmall,
  termsOf,
} from '../src/index.ts';
import { request } from './messages.ts';

const we: SessionTerms = { intervalSec: 1800, refresher: 'us' };
const they: SessionTerms = { intervalSec: 1800, refresher: 'them' };
const agreed = (terms: SessionTerms, jitterMs = 0): SessionTimerInput => ({
  kind: 'agreed',
  terms,
  jitterMs,
});
const refused = (status: number, minSec = 90): SessionTimerInput => ({
  kind: 'refused',
  status,
  minSec,
  retryMs: 3000,
});

/** Runs the machine on a clock that moves when told; the log is "seconds what". */
class Dialog {
  state = sessionTimer.start;
  nowMs = 0;
  log: string[] = [];
  #wakeAtMs: number | undefined;

  give(input: SessionTimerInput): void {
    const { state, effects } = sessionTimer.step(this.state, input, this.nowMs);
    this.state = state;
    for (const effect of effects) {
      if (effect.kind === 'wake') this.#wakeAtMs = effect.atMs;
      else if (effect.kind === 'sleep') this.#wakeAtMs = undefined;
      else if (effect.kind === 'refresh') this.log.push(`${this.nowMs / 1000} refresh ${effect.intervalSec}`);
      else this.log.push(`${this.nowMs / 1000} ${effect.kind}`);
    }
  }

  advanceTo(untilSec: number): void {
    while (this.#wakeAtMs !== undefined && this.#wakeAtMs <= untilSec * 1000) {
      this.nowMs = this.#wakeAtMs;
      this.#wakeAtMs = undefined;
      this.give({ kind: 'timer' });
    }
    this.nowMs = untilSec * 1000;
  }
}

describe('the session timer (RFC 4028 10)', () => {
  it('refreshes at half the interval, again and again', () => {
    const dialog = new Dialog();
    dialog.give(agreed(we, 2000));
    dialog.advanceTo(1000);
    dialog.give(agreed(we, -2000));
    dialog.advanceTo(2000);
    expect(dialog.log).toEqual(['902 refresh 1800', '1898 refresh 1800']);
  });

  it('hangs up when the peer that should refresh does not', () => {
    const dialog = new Dialog();
    dialog.give(agreed(they));
    dialog.advanceTo(1799);
    dialog.give(agreed(they));
    dialog.advanceTo(10_000);
    expect(dialog.log).toEqual(['3599 expire']);
  });

  it('tries again a while after 491, and asks for what 422 wants', () => {
    const dialog = new Dialog();
    dialog.give(agreed(we));
    dialog.advanceTo(900);
    dialog.give(refused(491));
    dialog.advanceTo(904);
    dialog.give(refused(422, 3600));
    expect(dialog.log).toEqual(['900 refresh 1800', '903 refresh 1800', '904 refresh 3600']);
  });

  it('does not ask for ever what the peer wanted and refuses', () => {
    const dialog = new Dialog();
    dialog.give(agreed(we));
    dialog.advanceTo(900);
    dialog.give(refused(422, 1800));
    expect(dialog.log).toEqual(['900 refresh 1800']);
    dialog.advanceTo(903);
    expect(dialog.log.at(-1)).toBe('903 refresh 1800');
  });

  it.each([408, 481])('hangs up when its refresh gets %i', (status) => {
    const dialog = new Dialog();
    dialog.give(agreed(we));
    dialog.advanceTo(900);
    dialog.give(refused(status));
    dialog.advanceTo(10_000);
    expect(dialog.log).toEqual(['900 refresh 1800', '900 expire']);
  });

  it('hangs up at the end of the interval when every refresh is refused, or none is answered', () => {
    const refusing = new Dialog();
    refusing.give(agreed({ intervalSec: 90, refresher: 'us' }));
    for (let at = 45; at < 100; at += 3) {
      refusing.advanceTo(at);
      refusing.give(refused(500));
    }
    refusing.advanceTo(1000);
    expect(refusing.log.at(-1)).toBe('90 expire');

    const silent = new Dialog();
    silent.give(agreed(we));
    silent.advanceTo(10_000);
    expect(silent.log).toEqual(['900 refresh 1800', '1800 expire']);
  });

  it('rests when none is agreed on any more, or the dialog is over', () => {
    const dialog = new Dialog();
    dialog.give(agreed(they));
    dialog.give(agreed(undefined));
    dialog.advanceTo(10_000);
    dialog.give(agreed(we));
    dialog.give({ kind: 'stop' });
    dialog.give(agreed(we));
    dialog.advanceTo(100_000);
    expect(dialog.log).toEqual([]);
  });

  it('has an edge for every event in every state', () => {
    for (const edges of Object.values(sessionTimerTable)) expect(Object.keys(edges)).toHaveLength(9);
  });
});

describe('Session-Expires (RFC 4028 4)', () => {
  it.each([
    ['1800', { intervalSec: 1800, refresher: undefined }],
    ['1800;refresher=uac', { intervalSec: 1800, refresher: 'uac' }],
    [' 90 ; refresher = UAS ; x=y', { intervalSec: 90, refresher: 'uas' }],
    ['90;refresher=me', { intervalSec: 90, refresher: undefined }],
    ['99999999999', { intervalSec: 1_000_000, refresher: undefined }],
    ['-1', undefined],
    ['soon', undefined],
    ['', undefined],
  ])('%s', (text, value) => expect(parseSessionExpires(text)).toEqual(value));

  it.each([
    ['INVITE', 'Session-Expires: 89\n', 422],
    ['UPDATE', 'x: 1\n', 422],
    ['INVITE', 'Session-Expires: 90\n', undefined],
    ['INVITE', '', undefined],
    ['INFO', 'Session-Expires: 1\n', undefined],
  ])('%s with %j is refused: %s', (method, line, status) => {
    const refusal = sessionTooSmall(request(method, line));
    expect(refusal?.status).toBe(status);
    if (refusal) expect(refusal.headers).toEqual([{ name: 'Min-SE', value: '90' }]);
  });
});

describe('our answer to an offered timer (RFC 4028 9)', () => {
  const timed = (line: string) => request('INVITE', `Supported: timer\n${line}`);
  it.each([
    ['is what the application says', timed(''), '600;refresher=uas', undefined, '600;refresher=uas'],
    ['is at least 90 seconds', timed(''), '30;refresher=uas', undefined, '90;refresher=uas'],
    ['leaves the refreshes to the caller', timed(''), '600', undefined, '600;refresher=uac, Require: timer'],
    ['is our part when the caller knows no timer', request('INVITE'), '600', undefined, '600;refresher=uas'],
    [
      'echoes a refresher',
      timed('x: 300;refresher=uac\n'),
      '',
      undefined,
      '300;refresher=uac, Require: timer',
    ],
    ['keeps to Min-SE', timed('x: 300;refresher=uas\nMin-SE: 400\n'), '', undefined, '400;refresher=uas'],
    ['is silent without a refresher', timed('x: 300\n'), '', undefined, ''],
    ['keeps the role it has', timed('x: 300\n'), '', we, '300;refresher=uas'],
    ['keeps the role it has not', timed('x: 300\n'), '', they, '300;refresher=uac, Require: timer'],
    ['goes on refreshing', request('INVITE'), '', we, '1800;refresher=uas'],
    ['lets the caller stop', request('INVITE'), '', they, ''],
    ['is silent when nobody offers', timed(''), '', undefined, ''],
  ] as const)('%s', (_what, invite, own, current, expected) => {
    const terms = answerTerms(invite, parseSessionExpires(own), current, 'none');
    const lines = terms ? answerHeaders(terms, invite) : [];
    const [first, ...rest] = lines.map(({ name, value }) => `${name}: ${value}`);
    expect(
      [first?.replace('Session-Expires: ', ''), ...rest].filter((line) => line !== undefined).join(', '),
    ).toBe(expected);
  });

  it('gives the refreshes to the default', () => {
    expect(answerTerms(timed('x: 300\n'), undefined, undefined, 'uac')?.refresher).toBe('uac');
    expect(answerTerms(request('INVITE', 'x: 300\n'), undefined, undefined, 'uac')?.refresher).toBe('uas');
  });
});

describe('what a 2xx agrees on', () => {
  const ok = (line: string) =>
    responseTo(request('INVITE'), 200, '', {
      headers: line === '' ? [] : [{ name: 'Session-Expires', value: line }],
    });
  const asked = (line: string) => request('INVITE', line);
  it.each<[string, string, Side, SessionTerms, SessionTerms]>([
    ['', '600;refresher=uac', 'us', undefined, { intervalSec: 600, refresher: 'us' }],
    ['', '600', 'us', undefined, { intervalSec: 600, refresher: 'us' }],
    ['', '600;refresher=uas', 'us', undefined, { intervalSec: 600, refresher: 'them' }],
    ['', '600;refresher=uas', 'them', undefined, { intervalSec: 600, refresher: 'us' }],
    ['', '600;refresher=uac', 'them', undefined, { intervalSec: 600, refresher: 'them' }],
    ['', '10;refresher=uac', 'us', undefined, { intervalSec: 90, refresher: 'us' }],
    ['x: 600\n', '', 'us', undefined, undefined],
    ['x: 600\n', '', 'us', we, we],
    ['', '', 'us', we, undefined],
    ['x: 600\n', '', 'us', they, undefined],
    ['', '', 'them', we, undefined],
  ])('%j answered by %j, asked by %s', (line, answer, asker, current, terms) => {
    expect(termsOf(ok(answer), asked(line), asker, current)).toEqual(terms);
  });

  it('is repeated by a request of ours that would else end it', () => {
    expect(requestHeaders(they)).toEqual([
      { name: 'Session-Expires', value: '1800;refresher=uas' },
      { name: 'Min-SE', value: '90' },
      { name: 'Supported', value: 'timer' },
    ]);
  });
});
