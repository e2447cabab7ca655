import type { CallDetail } from '@ringback/contracts';
import { header, parseNameAddr, type SipRequest, type SipResponse } from '@ringback/sip';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startNetwork, type TestNetwork } from './support/network.ts';
import { OPUS, openRtpSocket } from './support/rtp-socket.ts';
import { mediaKinds } from './support/rtpengine.ts';
import { ALICE, BOB, CAROL, SubscriberPhone, sdp } from './support/subscriber-phone.ts';

describe.each(mediaKinds())('calls between phones, with %s', (media) => {
  let network: TestNetwork;
  let alice: SubscriberPhone;
  let bob: SubscriberPhone;

  beforeAll(async () => {
    network = await startNetwork({ noAnswerMs: 1_000, watchIntervalMs: 60_000 }, media);
    alice = await SubscriberPhone.open(network, ALICE);
    bob = await SubscriberPhone.open(network, BOB);
    await alice.register();
    await bob.register();
  }, 60_000);
  afterEach(() => {
    expect(network.drachtio.stats().dialogs, 'dialogs left over').toBe(0);
  });
  afterAll(async () => {
    alice?.close();
    bob?.close();
    await network?.close();
  });

  /** A call from Alice to Bob that is up. */
  async function call(): Promise<{
    invite: SipRequest;
    ok: SipResponse;
    incoming: SipRequest;
    answer: SipResponse;
  }> {
    const invite = await alice.invite('1002');
    const incoming = await bob.sip.request('INVITE');
    bob.sip.reply(incoming, 180, 'Ringing');
    const answer = bob.sip.reply(incoming, 200, 'OK', { body: sdp() });
    const ok = await alice.sip.response(200, 'INVITE');
    alice.sip.ack(invite, ok);
    await bob.sip.request('ACK');
    await alice.sip.response(180, 'INVITE');
    // The phones may know it a moment before the service does.
    const id = lastCallId();
    const answered = { type: 'call.answered', call: expect.objectContaining({ id }) };
    await expect.poll(() => network.events).toContainEqual(expect.objectContaining(answered));
    return { invite, ok, incoming, answer };
  }

  async function refused(invite: SipRequest, status: number): Promise<SipResponse> {
    const response = await alice.sip.response(status, 'INVITE');
    alice.sip.ackFailure(invite, response);
    return response;
  }

  const bodyOf = ({ body }: { body: Uint8Array }) => new TextDecoder().decode(body);
  const summary = ({ status, end, legs }: CallDetail) => ({
    status,
    by: end?.by,
    sipStatus: end?.sipStatus,
    legs: legs.map(({ role, state, sipStatus }) => `${role} ${state} ${sipStatus}`).sort(),
  });

  it('rings, is answered, and ends when the caller hangs up', async () => {
    const invite = await alice.invite('1002');
    const incoming = await bob.sip.request('INVITE');
    bob.sip.reply(incoming, 180, 'Ringing');
    const ringing = await alice.sip.response(180, 'INVITE');
    bob.sip.reply(incoming, 200, 'OK', { body: sdp() });
    const ok = await alice.sip.response(200, 'INVITE');
    alice.sip.ack(invite, ok);
    await bob.sip.request('ACK');
    alice.sip.inDialog('BYE', invite, ok, { headers: { Reason: 'Q.850;cause=31;text="Bored"' } });
    const bye = await bob.sip.request('BYE');
    bob.sip.reply(bye, 200, 'OK');
    await alice.sip.response(200, 'BYE');

    expect(header(ringing, 'Contact')).toContain(`127.0.0.1:${network.sip.udp.port}`);
    expect(parseNameAddr(header(incoming, 'From') ?? '')).toMatchObject({
      displayName: 'Alice',
      uri: 'sip:1001@ringback.local',
    });
    expect(header(incoming, 'To')).toBe('<sip:1002@ringback.local>');
    expect(header(bye, 'Reason')).toBe('Q.850;cause=31;text="Bored"');
    const record = await network.endedCall();
    expect(record).toMatchObject({
      status: 'completed',
      from: { number: '1001', displayName: 'Alice' },
      to: { number: '1002', displayName: 'Bob' },
      end: { by: 'caller', sipStatus: 200, q850Cause: 31 },
    });
    expect(summary(record).legs).toEqual(['callee terminated 200', 'caller terminated 200']);
    expect(record.durationMs).toBeGreaterThanOrEqual(0);
    expect(record.events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['call.queued', 'call.ringing', 'call.answered', 'call.ended', 'leg.early']),
    );
    expect(record.legs.map(({ sipCallId }) => sipCallId).sort()).toEqual(
      [header(invite, 'Call-ID'), header(incoming, 'Call-ID')].sort(),
    );
  });

  it('ends when the called party hangs up', async () => {
    const { incoming, answer } = await call();
    bob.sip.inAnsweredDialog('BYE', incoming, answer);
    const bye = await alice.sip.request('BYE');
    alice.sip.reply(bye, 200, 'OK');
    await bob.sip.response(200, 'BYE');
    expect(summary(await network.endedCall())).toMatchObject({
      status: 'completed',
      by: 'callee',
      sipStatus: 200,
    });
  });

  it('tells the caller that the called phone is busy', async () => {
    const invite = await alice.invite('1002');
    const incoming = await bob.sip.request('INVITE');
    bob.sip.reply(incoming, 486, 'Busy Here');
    await bob.sip.request('ACK');
    const busy = await refused(invite, 486);
    expect(header(busy, 'Reason')).toContain('Q.850;cause=17');
    expect(summary(await network.endedCall())).toEqual({
      status: 'busy',
      by: 'callee',
      sipStatus: 486,
      legs: ['callee terminated 486', 'caller terminated 486'],
    });
  });

  it('gives up when nobody answers, and stops the ringing', async () => {
    const invite = await alice.invite('1002');
    const incoming = await bob.sip.request('INVITE');
    bob.sip.reply(incoming, 180, 'Ringing');
    const cancel = await bob.sip.request('CANCEL');
    bob.sip.reply(cancel, 200, 'OK');
    bob.sip.reply(incoming, 487, 'Request Terminated');
    await refused(invite, 480);
    const record = await network.endedCall();
    expect(summary(record)).toEqual({
      status: 'no-answer',
      by: 'network',
      sipStatus: 480,
      legs: ['callee terminated 487', 'caller terminated 480'],
    });
    expect(record.end?.q850Cause).toBe(19);
  });

  it('stops the ringing when the caller gives up', async () => {
    const invite = await alice.invite('1002');
    const incoming = await bob.sip.request('INVITE');
    bob.sip.reply(incoming, 180, 'Ringing');
    await alice.sip.response(180, 'INVITE');
    alice.sip.cancel(invite);
    const cancel = await bob.sip.request('CANCEL');
    bob.sip.reply(cancel, 200, 'OK');
    bob.sip.reply(incoming, 487, 'Request Terminated');
    await refused(invite, 487);
    expect(summary(await network.endedCall())).toEqual({
      status: 'canceled',
      by: 'caller',
      sipStatus: 487,
      legs: ['callee terminated 487', 'caller terminated 487'],
    });
  });

  it('does not lose a CANCEL that follows its INVITE at once', async () => {
    const first = alice.build('INVITE', 'sip:1002@ringback.local', { body: sdp() });
    const invite = await alice.challenged(first);
    alice.sip.send(invite);
    alice.sip.cancel(invite);
    await refused(invite, 487);
    const record = await network.endedCall();
    expect(summary(record)).toMatchObject({ status: 'canceled', by: 'caller', sipStatus: 487 });
    // The INVITE may have been on its way to Bob by then, or not.
    for (const { role } of record.legs) {
      if (role !== 'callee') continue;
      const incoming = await bob.sip.request('INVITE');
      bob.sip.reply(incoming, 180, 'Ringing');
      bob.sip.reply(await bob.sip.request('CANCEL'), 200, 'OK');
      bob.sip.reply(incoming, 487, 'Request Terminated');
    }
  });

  it('rings all phones of a subscriber; the first answer wins', async () => {
    const desk = await SubscriberPhone.open(network, BOB, 'tcp');
    await desk.register();
    const invite = await alice.invite('1002');
    const [atBob, atDesk] = await Promise.all([bob.sip.request('INVITE'), desk.sip.request('INVITE')]);
    bob.sip.reply(atBob, 180, 'Ringing');
    desk.sip.reply(atDesk, 180, 'Ringing');
    await alice.sip.response(180, 'INVITE');
    desk.sip.reply(atDesk, 200, 'OK', { body: sdp() });
    const cancel = await bob.sip.request('CANCEL');
    bob.sip.reply(cancel, 200, 'OK');
    bob.sip.reply(atBob, 487, 'Request Terminated');
    const ok = await alice.sip.response(200, 'INVITE');
    alice.sip.ack(invite, ok);
    await desk.sip.request('ACK');
    alice.sip.inDialog('BYE', invite, ok);
    desk.sip.reply(await desk.sip.request('BYE'), 200, 'OK');
    expect(header(cancel, 'Reason')).toBe('SIP;cause=200;text="Call completed elsewhere"');
    expect(summary(await network.endedCall())).toEqual({
      status: 'completed',
      by: 'caller',
      sipStatus: 200,
      legs: ['callee terminated 200', 'callee terminated 487', 'caller terminated 200'],
    });
    await desk.register({ Expires: '0' });
    desk.close();
  });

  it('gives the best answer when all phones refuse', async () => {
    const desk = await SubscriberPhone.open(network, BOB, 'tcp');
    await desk.register();
    const invite = await alice.invite('1002');
    const [atBob, atDesk] = await Promise.all([bob.sip.request('INVITE'), desk.sip.request('INVITE')]);
    bob.sip.reply(atBob, 500, 'Broken');
    desk.sip.reply(atDesk, 486, 'Busy Here');
    await refused(invite, 486);
    expect(summary(await network.endedCall())).toMatchObject({ status: 'busy', sipStatus: 486 });
    await desk.register({ Expires: '0' });
    desk.close();
  });

  it.each([
    ['486', 486, 'busy'],
    ['404', 404, 'failed'],
    ['603', 603, 'busy'],
    ['499', 499, 'failed'],
    ['1003', 480, 'no-answer'],
    ['9196', 480, 'no-answer'],
    ['4711', 404, 'failed'],
    ['voice', 404, 'failed'],
  ] as const)('answers %s with %i', async (dialled, sipStatus, status) => {
    const invite = await alice.invite(dialled);
    await refused(invite, sipStatus);
    expect(summary(await network.endedCall())).toEqual({
      status,
      by: 'network',
      sipStatus,
      legs: [`caller terminated ${sipStatus}`],
    });
  });

  it('does not pass on calls to other domains', async () => {
    const first = alice.build('INVITE', 'sip:1002@elsewhere.example', { body: sdp() });
    const invite = await alice.challenged(first);
    alice.sip.send(invite);
    await refused(invite, 403);
    expect(summary(await network.endedCall())).toMatchObject({ status: 'failed', sipStatus: 403 });
  });

  it('finds a subscriber by name', async () => {
    const invite = await alice.invite('bob');
    const incoming = await bob.sip.request('INVITE');
    bob.sip.reply(incoming, 603, 'Decline');
    await refused(invite, 603);
    expect((await network.endedCall()).to).toEqual({ number: '1002', displayName: 'Bob' });
  });

  it('passes hold and resume on, from either side', async () => {
    const { invite, ok, incoming, answer } = await call();
    const hold = alice.sip.inDialog('INVITE', invite, ok, { body: sdp('sendonly') });
    const held = await bob.sip.request('INVITE');
    expect(new TextDecoder().decode(held.body)).toContain('a=sendonly');
    bob.sip.reply(held, 200, 'OK', { body: sdp('recvonly') });
    const holdOk = await alice.sip.response(200, 'INVITE');
    expect(new TextDecoder().decode(holdOk.body)).toContain('a=recvonly');
    alice.sip.ack(hold, holdOk);
    await bob.sip.request('ACK');

    const resume = bob.sip.inAnsweredDialog('INVITE', incoming, answer, { body: sdp() });
    const resumed = await alice.sip.request('INVITE');
    expect(new TextDecoder().decode(resumed.body)).toContain('a=sendrecv');
    alice.sip.reply(resumed, 200, 'OK', { body: sdp() });
    const resumeOk = await bob.sip.response(200, 'INVITE');
    await alice.sip.request('ACK');
    bob.sip.inAnsweredDialog('ACK', incoming, answer, {
      headers: { CSeq: (header(resume, 'CSeq') ?? '').replace('INVITE', 'ACK') },
    });
    expect(new TextDecoder().decode(resumeOk.body)).toContain('m=audio');

    alice.sip.inDialog('BYE', invite, ok);
    bob.sip.reply(await bob.sip.request('BYE'), 200, 'OK');
    expect(summary(await network.endedCall())).toMatchObject({ status: 'completed', by: 'caller' });
  });

  it('goes on after a refused re-INVITE', async () => {
    const { invite, ok } = await call();
    const video = alice.sip.inDialog('INVITE', invite, ok, { body: sdp('inactive') });
    bob.sip.reply(await bob.sip.request('INVITE'), 488, 'Not Acceptable Here');
    alice.sip.ackFailure(video, await alice.sip.response(488, 'INVITE'));
    const again = alice.sip.inDialog('INVITE', invite, ok, { body: sdp() });
    bob.sip.reply(await bob.sip.request('INVITE'), 200, 'OK', { body: sdp() });
    alice.sip.ack(again, await alice.sip.response(200, 'INVITE'));
    await bob.sip.request('ACK');
    alice.sip.inDialog('BYE', invite, ok);
    bob.sip.reply(await bob.sip.request('BYE'), 200, 'OK');
    expect(summary(await network.endedCall())).toMatchObject({ status: 'completed' });
  });

  it('confirms a session that is refreshed, and refuses what it does not do', async () => {
    const { invite, ok } = await call();
    alice.sip.inDialog('UPDATE', invite, ok, {
      headers: { Supported: 'timer', 'Session-Expires': '90;refresher=uac' },
    });
    const refreshed = await alice.sip.response(200, 'UPDATE');
    expect(header(refreshed, 'Session-Expires')).toBe('90;refresher=uac');
    expect(bodyOf(refreshed)).toBe('');
    const refresh = alice.sip.inDialog('INVITE', invite, ok);
    const again = await alice.sip.response(200, 'INVITE');
    expect(bodyOf(again)).toBe(bodyOf(ok));
    alice.sip.ack(refresh, again);
    alice.sip.inDialog('REFER', invite, ok, { headers: { 'Refer-To': '<sip:1003@ringback.local>' } });
    await alice.sip.response(405, 'REFER');
    expect(bob.sip.unread().filter((line) => /^(INVITE|UPDATE|REFER)/.test(line))).toEqual([]);
    alice.sip.inDialog('BYE', invite, ok);
    bob.sip.reply(await bob.sip.request('BYE'), 200, 'OK');
    await network.endedCall();
  });

  it('passes DTMF on that comes by INFO', async () => {
    const { invite, ok } = await call();
    alice.sip.inDialog('INFO', invite, ok, { body: 'Signal=5\r\n', contentType: 'application/dtmf-relay' });
    const info = await bob.sip.request('INFO');
    expect(new TextDecoder().decode(info.body)).toBe('Signal=5\r\n');
    expect(header(info, 'Content-Type')).toBe('application/dtmf-relay');
    bob.sip.reply(info, 200, 'OK');
    await alice.sip.response(200, 'INFO');
    alice.sip.inDialog('BYE', invite, ok);
    bob.sip.reply(await bob.sip.request('BYE'), 200, 'OK');
    const { legs, events } = await network.endedCall();
    expect(events.filter(({ type }) => type === 'dtmf.received')).toEqual([
      expect.objectContaining({ legId: legs[0]?.id, digit: '5', detail: '1001 pressed 5 (SIP INFO)' }),
    ]);
    const told = { type: 'dtmf.received', digit: '5', legId: legs[0]?.id, method: 'sip-info' };
    expect(network.events).toContainEqual(expect.objectContaining(told));
  });

  it('carries sound, and the record says how much', async () => {
    const [ear, mouth] = await Promise.all([openRtpSocket(), openRtpSocket()]);
    const invite = await alice.invite('1002', { body: sdp('sendrecv', ear.port) });
    const incoming = await bob.sip.request('INVITE');
    bob.sip.reply(incoming, 200, 'OK', { body: sdp('sendrecv', mouth.port) });
    const ok = await alice.sip.response(200, 'INVITE');
    alice.sip.ack(invite, ok);
    await bob.sip.request('ACK');
    await Promise.all([ear.send(bodyOf(ok), 30), mouth.send(bodyOf(incoming), 40)]);
    await expect.poll(() => [mouth.received(), ear.received()]).toEqual([30, 40]);
    alice.sip.inDialog('BYE', invite, ok);
    bob.sip.reply(await bob.sip.request('BYE'), 200, 'OK');
    const { legs } = await network.endedCall();
    const media = Object.fromEntries(legs.map(({ role, media: counted }) => [role, counted]));
    expect(media).toMatchObject({
      caller: { packets: 30, bytes: 30 * 172, codec: 'PCMU' },
      callee: { packets: 40, bytes: 40 * 172, codec: 'PCMU' },
    });
    ear.close();
    mouth.close();
  });

  it('joins a caller who knows Opus alone with a phone that knows G.711 alone', async () => {
    const [ear, mouth] = await Promise.all([openRtpSocket(), openRtpSocket()]);
    const opusOnly = sdp('sendrecv', ear.port)
      .replace(/^m=audio (\d+) .*$/m, 'm=audio $1 RTP/AVP 111')
      .replace(/^a=(rtpmap|fmtp):.*\r\n/gm, '')
      .concat('a=rtpmap:111 opus/48000/2\r\n');
    const invite = await alice.invite('1002', { body: opusOnly });
    const incoming = await bob.sip.request('INVITE');
    expect(bodyOf(incoming)).toMatch(/^m=audio \d+ RTP\/AVP 0\r$/m);
    bob.sip.reply(incoming, 200, 'OK', { body: sdp('sendrecv', mouth.port) });
    const ok = await alice.sip.response(200, 'INVITE');
    expect(bodyOf(ok)).toMatch(/^m=audio \d+ RTP\/AVP 111\r$/m);
    alice.sip.ack(invite, ok);
    await bob.sip.request('ACK');
    await Promise.all([ear.send(bodyOf(ok), 30, OPUS), mouth.send(bodyOf(incoming), 40)]);
    await expect.poll(() => mouth.received()).toBeGreaterThan(25);
    await expect.poll(() => ear.received(111)).toBeGreaterThan(35);
    expect([mouth.received(111), ear.received(0)]).toEqual([0, 0]);
    alice.sip.inDialog('BYE', invite, ok);
    bob.sip.reply(await bob.sip.request('BYE'), 200, 'OK');
    const { legs } = await network.endedCall();
    expect(legs.find(({ role }) => role === 'caller')?.media).toMatchObject({ packets: 30, codec: 'opus' });
    ear.close();
    mouth.close();
  });

  it('offers a browser what browsers speak, and a phone beside it plain RTP', async () => {
    const page = await SubscriberPhone.open(network, BOB, 'ws');
    await page.register();
    const invite = await alice.invite('1002');
    const [atBob, atPage] = await Promise.all([bob.sip.request('INVITE'), page.sip.request('INVITE')]);
    expect(bodyOf(atBob)).toMatch(/^m=audio \d+ RTP\/AVP 0 8 101\r$/m);
    expect(bodyOf(atBob)).not.toContain('a=candidate');
    expect(bodyOf(atPage)).toMatch(/^m=audio \d+ UDP\/TLS\/RTP\/SAVPF 0 8 96 /m);
    // Opus last, for a page that knows nothing else.
    expect(bodyOf(atPage)).toContain('a=rtpmap:96 opus/48000/2');
    for (const line of ['a=fingerprint:', 'a=setup:', 'a=ice-ufrag:', 'a=candidate:', 'a=rtcp-mux', 'a=mid:'])
      expect(bodyOf(atPage)).toContain(line);
    page.sip.reply(atPage, 480, 'Temporarily Unavailable');
    bob.sip.reply(atBob, 486, 'Busy Here');
    await refused(invite, 486);
    await network.endedCall();
    await page.register({ Expires: '0' });
    page.close();
  });

  it('is hung up over the bus while it rings', async () => {
    const invite = await alice.invite('1002');
    const incoming = await bob.sip.request('INVITE');
    bob.sip.reply(incoming, 180, 'Ringing');
    await alice.sip.response(180, 'INVITE');
    network.bus.publish('call.hangup', { callId: lastCallId() });
    bob.sip.reply(await bob.sip.request('CANCEL'), 200, 'OK');
    bob.sip.reply(incoming, 487, 'Request Terminated');
    await refused(invite, 487);
    const record = await network.endedCall();
    expect(summary(record)).toMatchObject({ status: 'canceled', by: 'network', sipStatus: 487 });
    expect(record.end?.sentence).toBe('Hung up over the API');
  });

  it('is hung up over the bus while it is up', async () => {
    await call();
    network.bus.publish('call.hangup', { callId: lastCallId() });
    alice.sip.reply(await alice.sip.request('BYE'), 200, 'OK');
    bob.sip.reply(await bob.sip.request('BYE'), 200, 'OK');
    expect(summary(await network.endedCall())).toMatchObject({
      status: 'completed',
      by: 'network',
      sipStatus: 200,
    });
  });

  it('drops a contact to which there is no way any more', async () => {
    const carol = await SubscriberPhone.open(network, CAROL, 'ws');
    await carol.register();
    carol.close();
    const invite = await alice.invite('1003');
    await refused(invite, 480);
    await network.endedCall();
    const removed = expect.objectContaining({ type: 'registration.removed', reason: 'flow-failed' });
    await expect.poll(() => network.events).toContainEqual(removed);
    expect(await network.store.bindings.ofNumber('1003', Date.now())).toEqual([]);
  });

  function lastCallId(): string {
    return network.events.flatMap((event) => ('leg' in event ? [event.leg.callId] : [])).at(-1) ?? '';
  }
});
