import { header, serializeMessage, tagOf } from '@ringback/sip';
import type { SipPhone } from '@ringback/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Network, SDP } from './network.ts';
import type { RawApplication } from './raw-application.ts';
import { bytes, line, TIME, text, UUID, WireBed } from './wire-bed.ts';

let bed: WireBed;
let network: Network;
let application: RawApplication;
let phone: SipPhone;
beforeEach(async () => {
  bed = await WireBed.open();
  ({ network, application, phone } = bed);
});
afterEach(() => bed.close());

describe('a response of the application', () => {
  it('without a transaction closes the connection', async () => {
    expect((await application.ask('1|sip||', text('SIP/2.0 200 OK'))).tokens).toEqual([
      '1',
      'NO',
      'transaction id missing',
    ]);
    await application.closed();
  });

  it('may be a status line alone', async () => {
    await bed.route('options');
    const asked = phone.call('OPTIONS', 'sip:ringback.local');
    const frame = await application.next();
    const transactionId = frame.tokens[6]!;
    const reply = await application.ask(`1|sip|${transactionId}|`, text('SIP/2.0 200'));
    const ok = await phone.response(200);
    expect(ok.reason).toBe('OK');
    for (const name of ['From', 'Call-ID', 'CSeq', 'Via'])
      expect(header(ok, name)).toContain(header(asked, name));
    expect(tagOf(header(ok, 'To'))).toBeDefined();
    expect(reply.tokens).toEqual([
      '1',
      'OK',
      'application',
      bytes(reply),
      'udp',
      '127.0.0.1',
      String(phone.transport.local.port),
      expect.stringMatching(TIME),
      transactionId,
      '',
      '',
      'Msg sent:',
      '',
    ]);
    const again = await application.ask(`2|sip|${transactionId}|`, text('SIP/2.0 404 Not Found'));
    expect(again.tokens).toEqual(['2', 'NOK', 'Response not sent due to unknown transaction']);
  });

  it('has From, To, Call-ID and CSeq of its request, whatever it says, but the To tag it wants', async () => {
    await bed.route('invite');
    const invite = phone.call('INVITE', 'sip:1001@ringback.local', { body: SDP });
    const { tokens } = await application.next();
    const reply = await application.ask(
      `1|sip|${tokens[6]}|`,
      text(
        'SIP/2.0 200 Fine',
        'From: <sip:other@x>;tag=other',
        'To: <sip:other@x>;tag=mine',
        'Call-ID: other',
        'CSeq: 99 OTHER',
        'Record-Route: <sip:evil;lr>',
      ) + SDP,
    );
    const ok = await phone.response(200);
    for (const name of ['From', 'Call-ID', 'CSeq']) expect(header(ok, name)).toBe(header(invite, name));
    expect(header(ok, 'To')).toBe('<sip:1001@ringback.local>;tag=mine');
    expect(header(ok, 'Record-Route')).toBeUndefined();
    expect(header(ok, 'Contact')).toBe(`<sip:127.0.0.1:${network.port('udp')}>`);
    expect(header(ok, 'Content-Type')).toBe('application/sdp');
    expect(ok.reason).toBe('Fine');
    const id = `${header(invite, 'Call-ID')};from-tag=${tagOf(header(invite, 'From'))}`;
    expect(reply.tokens.slice(8)).toEqual([tokens[6], id, '', 'Msg sent:', '']);
  });

  it('with a body of unknown type goes out as it is', async () => {
    await bed.route('message');
    phone.call('MESSAGE', 'sip:1001@ringback.local');
    const { tokens } = await application.next();
    await application.ask(`1|sip|${tokens[6]}|`, `${text('SIP/2.0 200 OK')}hello`);
    const ok = await phone.response(200);
    expect(new TextDecoder().decode(ok.body)).toBe('hello');
    expect(header(ok, 'Content-Type')).toBeUndefined();
  });

  it('to a CANCEL is refused: the server has answered', async () => {
    await bed.route('invite');
    const invite = phone.call('INVITE', 'sip:1001@ringback.local', { body: SDP });
    const { tokens } = await application.next();
    phone.cancel(invite);
    const cancel = await application.next();
    expect(cancel.sip).toMatch(/^CANCEL /);
    expect(cancel.tokens.slice(6)).toEqual([tokens[6], '', '']);
    const reply = await application.ask(`1|sip|${tokens[6]}|`, text('SIP/2.0 200 OK', 'CSeq: 1 CANCEL'));
    expect(reply.tokens[1]).toBe('NOK');
    phone.ackFailure(invite, await phone.response(487));
  });

  it('to a caller whose connection is gone is refused with the reason', async () => {
    await bed.route('invite');
    const caller = await network.phone('1003', 'tcp');
    caller.call('INVITE', 'sip:1001@ringback.local', { body: SDP });
    const { tokens } = await application.next();
    caller.close();
    await expect.poll(() => network.server.stats().connections).toBe(0);
    const reply = await application.ask(`1|sip|${tokens[6]}|`, text('SIP/2.0 200 OK') + SDP);
    expect(reply.tokens).toEqual(['1', 'NOK', 'connection to the peer is gone']);
  });
});

describe('a request of the network', () => {
  it('is shown with where it came from, and a new one with where it came in', async () => {
    await bed.route('message');
    const sent = phone.call('MESSAGE', 'sip:1001@ringback.local');
    const frame = await application.next();
    const udp = String(network.port('udp'));
    const from = String(phone.transport.local.port);
    expect([frame.command, ...frame.tokens]).toEqual([
      'sip',
      'network',
      String(serializeMessage(sent).length),
      'udp',
      '127.0.0.1',
      from,
      expect.stringMatching(TIME),
      expect.stringMatching(UUID),
      '',
      '127.0.0.1',
      udp,
      '',
    ]);
    expect(line(frame.sip, 'Via')).toContain(`;rport=${from}`);
  });

  it.each([
    ['tcp', 'tcp'],
    ['ws', 'tcp'],
  ] as const)('over %s is said to have come over %s', async (transport, protocol) => {
    await bed.route('message');
    const other = await network.phone('1003', transport);
    other.call('MESSAGE', 'sip:1001@ringback.local');
    expect((await application.next()).tokens[2]).toBe(protocol);
  });

  it('has compact names written out, and its body as it came', async () => {
    await bed.route('message');
    const { headers: lines, ...rest } = phone.build('MESSAGE', 'sip:1001@ringback.local', {
      body: 'é\r\n\r\n#1|x',
      contentType: 'text/plain',
    });
    const compact: Record<string, string> = {
      From: 'f',
      To: 't',
      'Call-ID': 'i',
      Via: 'v',
      'Content-Type': 'c',
    };
    phone.send({
      ...rest,
      headers: lines.map(({ name, value }) => ({ name: compact[name] ?? name, value })),
    });
    const { sip } = await application.next();
    for (const name of Object.keys(compact)) expect(line(sip, name)).toBeDefined();
    expect(sip.slice(sip.indexOf('\r\n\r\n') + 4)).toBe('é\r\n\r\n#1|x');
  });

  it('inside a dialog, and the ACK, have its id and a transaction of their own', async () => {
    await bed.route('invite');
    const invite = phone.call('INVITE', 'sip:1001@ringback.local', { body: SDP });
    const { tokens } = await application.next();
    await application.ask(`1|sip|${tokens[6]}|`, text('SIP/2.0 200 OK') + SDP);
    const ok = await phone.response(200);
    phone.ack(invite, ok);
    const ack = await application.next();
    const id = `${header(invite, 'Call-ID')};from-tag=${tagOf(header(invite, 'From'))}`;
    expect(ack.tokens.slice(6)).toEqual([expect.stringMatching(UUID), id, '']);
    expect(ack.tokens[6]).not.toBe(tokens[6]);
    phone.inDialog('INFO', invite, ok);
    const info = await application.next();
    expect(info.tokens.slice(6)).toEqual([expect.stringMatching(UUID), id, '']);
    const reply = await application.ask(`2|sip|${info.tokens[6]}|`, text('SIP/2.0 200 OK'));
    expect(reply.tokens.slice(8)).toEqual([info.tokens[6], id, '', 'Msg sent:', '']);
    await phone.response(200, 'INFO');
  });

  it('that is not for any application is 503, and shown to none', async () => {
    await bed.route('message');
    phone.call('INVITE', 'sip:1001@ringback.local', { body: SDP });
    await phone.response(503);
    expect((await application.ask('1|ping')).tokens).toEqual(['1', 'OK', 'pong']);
  });
});
