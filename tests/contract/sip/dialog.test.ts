import { header } from '@ringback/sip';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf, type Call, callIn, callOut, deferred, sequenceOf } from './support/calls.ts';
import type { Message, Response } from './support/srf.ts';
import { Testbed, uriOf } from './support/testbed.ts';

const METHODS = ['INFO', 'MESSAGE', 'NOTIFY', 'OPTIONS', 'UPDATE', 'REFER', 'PUBLISH'];
const SIDES: [string, (bed: Testbed) => Promise<Call>][] = [
  ['answered', (bed) => callIn(bed)],
  ['placed', (bed) => callOut(bed)],
];

/** What some methods cannot do without. */
const needed = (method: string): Record<string, string> =>
  method === 'REFER' ? { 'Refer-To': '<sip:x@example.org>' } : { Event: 'x', 'Subscription-State': 'active' };

describe.each(SIDES)('a call that an application %s', (_, call) => {
  let bed: Testbed;
  beforeAll(async () => {
    bed = await Testbed.start();
  });
  afterEach(() => bed.clear());
  afterAll(() => bed?.close());

  it.each(METHODS)('brings %s to the handler of the dialog, and its answer back', async (method) => {
    const { leg, dialog } = await call(bed);
    const seen = deferred<Message>();
    dialog.on(method.toLowerCase(), (req: Message, res: Response) => {
      seen.resolve(req);
      res.send(202, 'Noted', { headers: { 'X-Seen': '1' } });
    });
    const headers = { ...needed(method), 'X-Color': 'green' };
    leg.ask(method, { body: 'hello', contentType: 'text/plain', headers });
    const answer = await leg.phone.response(202, method);
    expect(answer.reason).toBe('Noted');
    expect(header(answer, 'X-Seen')).toBe('1');
    const req = await seen.promise;
    expect(req.method).toBe(method);
    expect(req.body).toBe('hello');
    expect(req.get('X-Color')).toBe('green');
    expect(req.stackDialogId).toBe(dialog.id);
  });

  it.each(METHODS)('answers %s with 200 when nobody handles it', async (method) => {
    const { leg } = await call(bed);
    leg.ask(method, { headers: needed(method) });
    await leg.phone.response(200, method);
  });

  it.each(METHODS)('sends %s, and gives the answer', async (method) => {
    const { leg, dialog } = await call(bed);
    const headers = { ...needed(method), 'X-Color': 'green', 'Content-Type': 'text/plain' };
    const asking = dialog.request({ method, headers, body: 'hello' });
    const request = await leg.phone.request(method);
    expect(request.uri).toBe(uriOf(leg.phone));
    expect(header(request, 'X-Color')).toBe('green');
    expect(header(request, 'Content-Type')).toBe('text/plain');
    expect(bodyOf(request)).toBe('hello');
    expect(header(request, 'Call-ID')).toBe(dialog.sip.callId);
    leg.phone.reply(request, 202, 'Fine', { headers: { 'X-Answer': '1' } });
    const answer = await asking;
    expect(answer).toMatchObject({ status: 202, reason: 'Fine' });
    expect(answer.get('X-Answer')).toBe('1');
  });

  it('numbers what it sends in order', async () => {
    const { leg, dialog } = await call(bed);
    const numbers: number[] = [];
    for (const method of ['INFO', 'OPTIONS', 'INFO']) {
      const asking = dialog.request({ method });
      const request = await leg.phone.request(method);
      numbers.push(sequenceOf(request));
      leg.phone.reply(request, 200, 'OK');
      await asking;
    }
    const [first = 0] = numbers;
    expect(numbers).toEqual([first, first + 1, first + 2]);
  });

  it('gives a refusal as an answer, not as an error', async () => {
    const { leg, dialog } = await call(bed);
    const asking = dialog.request({ method: 'INFO' });
    leg.phone.reply(await leg.phone.request('INFO'), 415, 'Unsupported Media Type');
    expect((await asking).status).toBe(415);
  });

  it('answers a challenge to what it sends', async () => {
    const { leg, dialog } = await call(bed);
    const asking = dialog.request({ method: 'INFO', auth: { username: 'ann', password: 'x' } });
    const first = await leg.phone.request('INFO');
    leg.phone.reply(first, 401, 'Unauthorized', {
      headers: { 'WWW-Authenticate': 'Digest realm="r", nonce="n"' },
    });
    const second = await leg.phone.request('INFO');
    expect(header(second, 'Authorization')).toContain('username="ann"');
    expect(sequenceOf(second)).toBe(sequenceOf(first) + 1);
    leg.phone.reply(second, 200, 'OK');
    expect((await asking).status).toBe(200);
  });

  it('answers a challenge to its BYE', async () => {
    const { leg, dialog } = await call(bed);
    const ending = dialog.destroy({ auth: { username: 'ann', password: 'x' } });
    leg.phone.reply(await leg.phone.request('BYE'), 401, 'Unauthorized', {
      headers: { 'WWW-Authenticate': 'Digest realm="r", nonce="n"' },
    });
    const second = await leg.phone.request('BYE');
    expect(header(second, 'Authorization')).toContain('username="ann"');
    leg.phone.reply(second, 200, 'OK');
    await ending;
  });

  it('is over when the peer hangs up: nothing more can be asked', async () => {
    const { leg, dialog } = await call(bed);
    const ended = deferred<string>();
    dialog.on('destroy', (_: Message, reason: string) => ended.resolve(reason));
    leg.ask('BYE');
    await leg.phone.response(200, 'BYE');
    expect(await ended.promise).toBe('normal release');
    await expect(dialog.request({ method: 'INFO' })).rejects.toMatchObject({ code: 'ENODIALOG' });
    leg.ask('INFO');
    await leg.phone.response(481, 'INFO');
  });
});
