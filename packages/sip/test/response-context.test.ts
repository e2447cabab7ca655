import { describe, expect, it } from 'vitest';
import { branchTable, headers, type ResponseContextOptions } from '../src/index.ts';
import { request } from './messages.ts';
import { ManualProxy } from './proxy-clock.ts';

const A = 'sip:a@one.example';
const B = 'sip:b@two.example';
const C = 'sip:c@three.example';

const proxy = (targets: string[], options: Partial<ResponseContextOptions> = {}, method = 'INVITE') =>
  new ManualProxy(request(method), targets, options);
const contact = (...uris: string[]) => uris.map((uri) => ({ name: 'Contact', value: uri }));
const challenge = (name: string, realm: string) => ({ name, value: `Digest realm="${realm}", nonce="n"` });

describe('a proxied INVITE, one target after the other', () => {
  it('forwards what the target says, but its 100', () => {
    const call = proxy([A]);
    expect(call.log()).toEqual([`launch ${A}`]);
    expect(call.answer(0, 100)).toEqual([]);
    expect(call.answer(0, 180)).toEqual(['forward 180']);
    expect(call.answer(0, 200)).toEqual(['report 0 200', 'forward 200', 'done']);
    expect(call.timers).toEqual({});
  });

  it('goes on to the next target after a failure, and reports each', () => {
    const call = proxy([A, B]);
    call.log();
    expect(call.answer(0, 486)).toEqual(['report 0 486', `launch ${B}`]);
    expect(call.answer(1, 404)).toEqual(['report 1 404', 'forward 486', 'done']);
  });

  it('asks nobody else after a 6xx', () => {
    const call = proxy([A, B]);
    call.log();
    expect(call.answer(0, 603)).toEqual(['report 0 603', 'forward 603', 'done']);
  });

  it('stops at a challenge, which is remembered with its target', () => {
    const call = proxy([A, B]);
    call.log();
    expect(call.answer(0, 407, [challenge('Proxy-Authenticate', 'a')])).toEqual([
      'report 0 407',
      `challenged by ${A}`,
      'forward 407',
      'done',
    ]);
  });

  it('says 500, not 503, when its only target is out of service', () => {
    const call = proxy([A]);
    expect(call.answer(0, 503)).toEqual([`launch ${A}`, 'report 0 503', 'forward 500', 'done']);
  });

  it('counts a silent target as 408 and an unreachable one as 503; neither is an answer to report', () => {
    const call = proxy([A, B]);
    call.log();
    expect(call.give({ kind: 'lost', branch: 0, status: 503 })).toEqual([`launch ${B}`]);
    expect(call.give({ kind: 'lost', branch: 1, status: 408 })).toEqual(['forward 408', 'done']);
  });

  it('has no more targets than allowed', () => {
    const call = proxy([A, B, C], { simultaneous: true, maxTargets: 2 });
    expect(call.log()).toEqual([`launch ${A}`, `launch ${B}`]);
  });
});

describe('a proxied INVITE, all targets at once', () => {
  it('rings everywhere; the first 200 calls the others off, and one that comes too late is forwarded too', () => {
    const call = proxy([A, B], { simultaneous: true });
    expect(call.log()).toEqual([`launch ${A}`, `launch ${B}`]);
    call.answer(0, 180);
    const before = call.state;
    expect(call.answer(1, 200)).toEqual(['report 1 200', 'forward 200', 'cancel 0', 'done']);
    expect(call.reason).toEqual([{ name: 'Reason', value: expect.stringContaining('elsewhere') }]);
    // The state is never changed in place.
    expect(before.decided).toBe(false);
    expect(call.answer(0, 200)).toEqual(['forward 200']);
    expect(call.answer(0, 200)).toEqual(['forward 200']);
    expect(call.answer(0, 180)).toEqual([]);
  });

  it('waits for every answer, and chooses the best', () => {
    const call = proxy([A, B, C], { simultaneous: true });
    call.log();
    expect(call.answer(0, 500)).toEqual(['report 0 500']);
    expect(call.answer(1, 404)).toEqual(['report 1 404']);
    expect(call.answer(2, 484)).toEqual(['report 2 484', 'forward 484', 'done']);
  });

  it('calls the others off after a 6xx, and forwards it when they have ended', () => {
    const call = proxy([A, B], { simultaneous: true });
    call.log();
    expect(call.answer(0, 600)).toEqual(['report 0 600', 'cancel 1']);
    expect(call.answer(1, 487)).toEqual(['report 1 487', 'forward 600', 'done']);
  });

  it('hands all challenges over in one answer', () => {
    const call = proxy([A, B, C], { simultaneous: true });
    call.answer(0, 401, [challenge('WWW-Authenticate', 'a')]);
    call.answer(1, 486);
    call.answer(2, 407, [challenge('Proxy-Authenticate', 'b'), challenge('WWW-Authenticate', 'c')]);
    expect(call.forwarded!.status).toBe(401);
    expect(
      headers(call.forwarded!, 'WWW-Authenticate').map((value) => /realm="(.)"/.exec(value)?.[1]),
    ).toEqual(['a', 'c']);
    expect(headers(call.forwarded!, 'Proxy-Authenticate')).toHaveLength(1);
  });
});

describe('the timers of a target', () => {
  it('C calls it off after three minutes of ringing, counted from the last news', () => {
    const call = proxy([A]);
    call.log();
    call.advanceTo(100_000);
    expect(call.answer(0, 180)).toEqual(['forward 180']);
    expect(call.timers).toEqual({ '0 C': 285_000 });
    expect(call.advanceTo(285_000)).toEqual(['cancel 0', 'forward 408', 'done']);
    expect(call.answer(0, 487)).toEqual([]);
  });

  it('gives up one that is silent, and turns to the next; a late 200 of it still counts', () => {
    const call = proxy([A, B], { provisionalMs: 2000, finalMs: 9000 });
    call.log();
    expect(call.advanceTo(2000)).toEqual(['cancel 0', `launch ${B}`]);
    expect(call.answer(1, 100)).toEqual([]);
    expect(call.advanceTo(5000)).toEqual([]);
    expect(call.answer(0, 200)).toEqual(['report 0 200', 'forward 200', 'cancel 1', 'done']);
  });

  it('gives up one that rings too long', () => {
    const call = proxy([A, B], { provisionalMs: 2000, finalMs: 9000 });
    call.answer(0, 180);
    call.log();
    expect(call.advanceTo(9000)).toEqual(['cancel 0', `launch ${B}`]);
    expect(call.advanceTo(11_000)).toEqual(['cancel 1', 'forward 408', 'done']);
  });
});

describe('a CANCEL of the caller', () => {
  it('goes to every target with its Reason; the answer is the 487', () => {
    const call = proxy([A, B, C], { simultaneous: true });
    call.answer(0, 486);
    call.log();
    const reason = [{ name: 'Reason', value: 'SIP;cause=26' }];
    const effects = call.give({ kind: 'cancel', headers: reason });
    expect(effects).toEqual(['cancel 1', 'cancel 2']);
    expect(call.reason).toEqual(reason);
    expect(call.answer(1, 487)).toEqual(['report 1 487']);
    expect(call.answer(2, 487)).toEqual(['report 2 487', 'forward 487', 'done']);
  });

  it('that is overtaken by the 200 changes nothing', () => {
    const call = proxy([A, B]);
    call.log();
    expect(call.give({ kind: 'cancel', headers: [] })).toEqual(['cancel 0']);
    expect(call.answer(0, 200)).toEqual(['report 0 200', 'forward 200', 'done']);
  });

  it('ends a search whose target never answers', () => {
    const call = proxy([A, B]);
    call.log();
    call.give({ kind: 'cancel', headers: [] });
    expect(call.give({ kind: 'lost', branch: 0, status: 487 })).toEqual(['forward 487', 'done']);
  });
});

describe('a redirect', () => {
  it('is passed back unless redirects are followed', () => {
    const call = proxy([A, B]);
    call.log();
    expect(call.answer(0, 302, contact(`<${C}>`))).toEqual(['report 0 302', `launch ${B}`]);
    expect(call.answer(1, 486)).toEqual(['report 1 486', 'forward 302', 'done']);
  });

  it('is followed before the next target is asked, the preferred contact first', () => {
    const call = proxy([A, B], { followRedirects: true });
    call.log();
    const to = contact('<sip:x@x.example?Subject=y>;q=0.2', '<sip:y@y.example;method=INVITE>;q=0.9');
    expect(call.answer(0, 302, to)).toEqual(['report 0 302', 'launch sip:y@y.example']);
    expect(call.answer(2, 480)).toEqual(['report 2 480', 'launch sip:x@x.example']);
    expect(call.answer(3, 480)).toEqual(['report 3 480', `launch ${B}`]);
    expect(call.answer(1, 404)).toEqual(['report 1 404', 'forward 480', 'done']);
  });

  it('that names a target again, or too many of them, ends there', () => {
    const call = proxy([A], { followRedirects: true, maxTargets: 2 });
    call.log();
    expect(call.answer(0, 302, contact(`<${A}>`, `<${B}>`, `<${C}>`))).toEqual([
      'report 0 302',
      `launch ${B}`,
    ]);
    call.answer(1, 302, contact(`<${A}>`));
    expect(headers(call.forwarded!, 'Contact')).toEqual([`<${A}>`, `<${C}>`]);
  });
});

describe('a proxied request that is no INVITE', () => {
  it('has no timer C, no provisional answers, and no 408', () => {
    const call = proxy([A], {}, 'MESSAGE');
    expect(call.timers).toEqual({});
    expect(call.log()).toEqual([`launch ${A}`]);
    expect(call.answer(0, 180)).toEqual([]);
    expect(call.give({ kind: 'lost', branch: 0, status: 408 })).toEqual(['silence', 'done']);
  });
});

it('has an edge for every event in every state', () => {
  const events = Object.keys(branchTable.calling).sort();
  for (const edges of Object.values(branchTable)) expect(Object.keys(edges).sort()).toEqual(events);
});
