import type { MessageList, Why } from '@ringback/contracts';
import { elevenLabsRefusals } from '@ringback/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { healthy, speak } from './support/network.ts';
import { PHONELESS, WhyNetwork } from './support/why-network.ts';

/** The ends that take as long as the RFC says. They begin first, and the others do not wait for them. */
interface Slow {
  noAnswer: Promise<Why>;
  noResponse: Promise<Why>;
  missingAck: Promise<Why>;
  phoneVanished: Promise<Why>;
}

let world: WhyNetwork;
let slow: Slow;

beforeAll(async () => {
  world = await WhyNetwork.start();
  await healthy(world.network);
  slow = {
    noAnswer: noAnswer(),
    noResponse: noResponse(),
    missingAck: missingAck(),
    phoneVanished: phoneVanished(),
  };
  // Whoever waits for it hears of a failure; nobody may have begun to wait yet.
  for (const outcome of Object.values(slow)) (outcome as Promise<Why>).catch(() => undefined);
}, 120_000);
afterAll(() => world?.stop());

async function noAnswer(): Promise<Why> {
  const [caller, callee] = await Promise.all([world.phone(), world.phone()]);
  const invite = await caller.phone.invite(callee.number);
  callee.phone.sip.reply(await callee.phone.sip.request('INVITE'), 180, 'Ringing');
  callee.phone.sip.request('CANCEL', 60_000).then(
    (cancel) => callee.phone.sip.reply(cancel, 200, 'OK'),
    () => undefined,
  );
  return world.whyOf(invite);
}

async function noResponse(): Promise<Why> {
  const [caller, callee] = await Promise.all([world.phone(), world.phone()]);
  return world.whyOf(await caller.phone.invite(callee.number));
}

async function missingAck(): Promise<Why> {
  const [caller, callee] = await Promise.all([world.phone(), world.phone()]);
  const invite = await caller.phone.invite(callee.number);
  const { invite: received } = await callee.phone.answer();
  callee.phone.talk(received);
  caller.phone.talk(await caller.phone.sip.response(200, 'INVITE'));
  return world.whyOf(invite);
}

async function phoneVanished(): Promise<Why> {
  const { callee, invite } = await world.talking({}, 'tcp');
  callee.sip.close();
  return world.whyOf(invite);
}

/** The explanation is the one expected, is in the list as well, and points at messages that there are. */
async function expectWhy(why: Why, rule: string, sentence: RegExp, reference: string): Promise<void> {
  expect({ rule: why.rule, reference: why.reference, sentence: why.sentence }).toEqual({
    rule,
    reference,
    sentence: expect.stringMatching(sentence),
  });
}

describe('a phone that says no', () => {
  it.each([
    [486, 'Busy Here', {}, 'busy', 'RFC 3261 21.4.24'],
    [603, 'Decline', {}, 'declined', 'RFC 3261 21.6.2'],
    [480, 'Temporarily Unavailable', {}, 'not-available', 'RFC 3261 21.4.18'],
    [404, 'Not Found', {}, 'unknown-there', 'RFC 3261 21.4.5'],
    [302, 'Moved Temporarily', {}, 'redirected', 'RFC 3261 21.3'],
    [503, 'Service Unavailable', { 'Retry-After': '7' }, 'overloaded', 'RFC 3261 21.5.4'],
    [500, 'Server Internal Error', {}, 'phone-fault', 'RFC 3261 21.5'],
    [420, 'Bad Extension', {}, 'refused', 'RFC 3261 21.4'],
    [
      401,
      'Unauthorized',
      { 'WWW-Authenticate': 'Digest realm="x", nonce="y"' },
      'phone-asks-password',
      'RFC 3261 21.4.2',
    ],
    [
      488,
      'Not Acceptable Here',
      { Warning: '305 x "Incompatible media format"' },
      'no-common-codec',
      'RFC 3261 21.4.26',
    ],
  ])('with %i %s', async (status, phrase, headers, rule, reference) => {
    const [caller, callee] = await Promise.all([world.phone(), world.phone()]);
    const invite = await caller.phone.invite(callee.number);
    callee.phone.sip.reply(await callee.phone.sip.request('INVITE'), status, phrase, { headers });
    const why = await world.whyOf(invite);
    await expectWhy(why, rule, rule === 'no-common-codec' ? /PCMU and PCMA/ : /./, reference);
    expect(why.because.flatMap(({ messageIds }) => messageIds).length).toBeGreaterThan(0);
  });
});

describe('a call that leads nowhere', () => {
  it.each([
    ['7777', 'unknown-number', /Nobody has the number 7777/, 'RFC 3261 21.4.5'],
    [PHONELESS, 'no-phone', /P1999 has no phone registered/, 'RFC 3261 21.4.18'],
    ['486', 'test-number', /486 Busy Here: a test number/, 'RFC 3261 21'],
    ['bob@elsewhere.example', 'other-domain', /another SIP domain/, 'RFC 3261 21.4.4'],
  ])('to %s', async (dialled, rule, sentence, reference) => {
    const { phone } = await world.phone();
    await expectWhy(await world.whyOf(await phone.invite(dialled)), rule, sentence, reference);
  });

  it('because its INVITE describes no media', async () => {
    const { phone } = await world.phone();
    const invite = await phone.invite('9196', { body: '' });
    await expectWhy(await world.whyOf(invite), 'bad-offer', /describes no media/, 'RFC 3261 13.2.1');
  });

  it('because its caller has a wrong password, or one for another realm', async () => {
    const wrong = await world.phone({ password: 'guessed' });
    const first = await world.whyOf(await wrong.phone.invite('9196'));
    await expectWhy(first, 'not-authenticated', /password of \S+ is wrong/, 'RFC 3261 22.2');
    const strange = await world.phone({ realm: 'asterisk' });
    const second = await world.whyOf(await strange.phone.invite('9196'));
    await expectWhy(second, 'not-authenticated', /realm asterisk, .* is ringback.local/, 'RFC 3261 22.1');
  });

  it('because its caller gives up', async () => {
    const [caller, callee] = await Promise.all([world.phone(), world.phone()]);
    const invite = await caller.phone.invite(callee.number);
    callee.phone.sip.reply(await callee.phone.sip.request('INVITE'), 180, 'Ringing');
    await caller.phone.sip.response(180, 'INVITE');
    caller.phone.sip.cancel(invite);
    await expectWhy(await world.whyOf(invite), 'canceled', /while it rang/, 'RFC 3261 9.1');
  });

  it('because the connection to the phone is gone', async () => {
    const [caller, callee] = await Promise.all([world.phone(), world.phone({ transport: 'tcp' })]);
    const invite = await caller.phone.invite(callee.number);
    await callee.phone.sip.request('INVITE');
    callee.phone.sip.close();
    await expectWhy(await world.whyOf(invite), 'transport-gone', /is gone/, 'RFC 5626 5.3');
  });
});

describe('a call that was up', () => {
  it('is explained also when it went well', async () => {
    const { phone, number } = await world.phone();
    const id = await speak(world.network, number, 'Hello.');
    phone.talk((await phone.answer()).invite);
    phone.sip.reply(await phone.sip.request('BYE', 30_000), 200, 'OK');
    const why = await world.why(id);
    await expectWhy(
      why,
      'ordinary',
      /^Answered after .* the caller hung up after .*, when the text was finished\.$/,
      'RFC 3261 15.1',
    );
    const { body } = await world.network.api<MessageList>(`/api/calls/${id}/messages`);
    const ids = body.messages.map((message) => message.id);
    expect(ids).toEqual(expect.arrayContaining(why.because.flatMap(({ messageIds }) => messageIds)));
  });

  it('had one direction only', async () => {
    const { phone, number } = await world.phone();
    const id = await speak(world.network, number, 'Is anybody there? I can not hear you at all.');
    await phone.answer();
    phone.sip.reply(await phone.sip.request('BYE', 30_000), 200, 'OK');
    await expectWhy(await world.why(id), 'one-way-audio', /The caller heard nothing/, 'RFC 3264 5.1');
  });

  it('had an address in its description that leads nowhere', async () => {
    const { phone, number } = await world.phone();
    const id = await speak(world.network, number, 'Is anybody there? I can not hear you at all.');
    await phone.answer(phone.sdp({ address: '127.9.9.9' }));
    phone.sip.reply(await phone.sip.request('BYE', 30_000), 200, 'OK');
    await expectWhy(
      await world.why(id),
      'private-address',
      /127\.9\.9\.9, a loopback address/,
      'RFC 8866 5.7',
    );
  });

  it('ended because neither phone sent sound for too long', async () => {
    const [caller, callee] = await Promise.all([world.phone(), world.phone()]);
    const invite = await caller.phone.invite(callee.number);
    await callee.phone.answer();
    await caller.phone.outcome(invite, 200);
    await expectWhy(
      await world.whyOf(invite),
      'media-timeout',
      /media server gave the call up/,
      'RFC 3550 6.3.5',
    );
  });

  it.each([
    ['invalidKey', 'speech-invalid-key', 'RFC 9110 15.5.2'],
    ['quota', 'speech-quota', 'RFC 9110 15.5.2'],
    ['voiceNotFound', 'speech-voice-not-found', 'RFC 9110 15.5.5'],
    ['tooManyRequests', 'speech-rate-limited', 'RFC 6585 4'],
  ] as const)('was to be spoken by ElevenLabs, which answered %s', async (refusal, rule, reference) => {
    const { phone, number } = await world.phone();
    world.elevenLabs.fail(elevenLabsRefusals[refusal], refusal === 'tooManyRequests' ? 40 : 1);
    const id = await speak(world.network, number, `Refused: ${refusal}.`, {
      voiceId: 'pNInz6obpgDQGcFmaJgB',
    });
    phone.talk((await phone.answer()).invite);
    phone.sip.reply(await phone.sip.request('BYE', 30_000), 200, 'OK');
    await expectWhy(await world.why(id), rule, /built-in voice spoke instead/, reference);
  });
});

describe('a call that ends as late as the RFC says', () => {
  it('because nobody picks up', async () => {
    await expectWhy(await slow.noAnswer, 'no-answer', /did not answer within \d/, 'RFC 3261 21.4.18');
  }, 90_000);
  it('because the phone gives no sign of life', async () => {
    await expectWhy(await slow.noResponse, 'no-response', /no sign of life/, 'RFC 3261 17.1.1.2');
  }, 90_000);
  it('because the answer is never acknowledged', async () => {
    const why = await slow.missingAck;
    await expectWhy(why, 'missing-ack', /no ACK came for 32 s/, 'RFC 3261 13.3.1.4');
    expect(why.because[0]?.messageIds.length).toBeGreaterThan(5);
  }, 90_000);
  it('because a phone vanished', async () => {
    await expectWhy(
      await slow.phoneVanished,
      'phone-vanished',
      /went away during the call/,
      'RFC 3261 12.2.1.2',
    );
  }, 90_000);
});

describe('a network that fails', () => {
  it('by its media server', async () => {
    const { invite } = await world.talking();
    await world.engine.restart();
    await expectWhy(await world.whyOf(invite), 'media-server-lost', /lost this call/, 'RFC 3261 21.5.4');
  });

  it('by being stopped', async () => {
    const { invite } = await world.talking();
    await world.again();
    const why = await world.whyOf(invite);
    await expectWhy(why, 'network-stopped', /was stopped/, 'RFC 3261 21.5.4');
  });
});
