import type { ServerFrame } from '@ringback/drachtio-wire';
import { header, headers, parseNameAddr, serializeMessage, tagOf } from '@ringback/sip';
import type { SipPhone } from '@ringback/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Network, SDP } from './network.ts';
import { RawApplication } from './raw-application.ts';

/** What passes between server and application, token by token: drachtio-srf itself looks at few of them. */

let network: Network;
let application: RawApplication;
let phone: SipPhone;
beforeEach(async () => {
  network = await Network.start();
  application = await RawApplication.authenticated(network.server.adminPort);
  phone = await network.phone('1002');
});
afterEach(async () => {
  application.socket.destroy();
  await network.close();
});

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const TIME = /^\d\d:\d\d:\d\d\.\d{6}$/;
const target = () => parseNameAddr(phone.contact)!.uri;
const text = (...lines: string[]) => `${lines.join('\r\n')}\r\n\r\n`;
const bytes = (frame: ServerFrame) => String(Buffer.byteLength(frame.sip));
const line = (sip: string, name: string) => new RegExp(`^${name}: (.*)\r$`, 'm').exec(sip)?.[1];

const route = (...verbs: string[]) => Promise.all(verbs.map((verb) => application.ask(`r|route|${verb}`)));

/** Sends a request outside of any dialog. */
const request = (...lines: string[]) => application.ask('1|sip||', text(...lines));

describe('a request of the application', () => {
  it('is answered with what was sent, from which address of ours and under which transaction', async () => {
    const frame = await request(`OPTIONS ${target()} SIP/2.0`);
    const sent = await phone.request('OPTIONS');
    expect(frame.command).toBe('response');
    expect(frame.tokens).toEqual([
      '1',
      'OK',
      'application',
      bytes(frame),
      'udp',
      '127.0.0.1',
      String(network.port('udp')),
      expect.stringMatching(TIME),
      expect.stringMatching(UUID),
      'Msg sent:',
      '',
    ]);
    expect(frame.sip).toBe(new TextDecoder().decode(serializeMessage(sent)));
  });

  it('is completed: From with a tag, To, Call-ID, CSeq, Via and Max-Forwards, but no User-Agent', async () => {
    const { sip } = await request(`MESSAGE ${target()} SIP/2.0`);
    const own = `sip:127.0.0.1:${network.port('udp')}`;
    expect(line(sip, 'From')).toMatch(new RegExp(`^<${own}>;tag=\\w+$`));
    expect(line(sip, 'To')).toBe(`<${target()}>`);
    expect(line(sip, 'CSeq')).toMatch(/^\d+ MESSAGE$/);
    expect(line(sip, 'Max-Forwards')).toBe('70');
    expect(line(sip, 'Via')).toMatch(/^SIP\/2\.0\/UDP 127\.0\.0\.1:\d+;branch=z9hG4bK/);
    for (const name of ['User-Agent', 'Server', 'Contact', 'Content-Type'])
      expect(line(sip, name)).toBeUndefined();
  });

  it.each(['INVITE', 'SUBSCRIBE', 'REFER', 'NOTIFY'])('%s gets a Contact of ours', async (method) => {
    const { sip } = await request(`${method} ${target()} SIP/2.0`);
    expect(line(sip, 'Contact')).toBe(`<sip:127.0.0.1:${network.port('udp')}>`);
  });

  it('keeps the Call-ID, the sequence number and the headers it was given', async () => {
    const { sip } = await request(
      `INVITE ${target()} SIP/2.0`,
      'call-id: mine',
      'cseq: 77 INVITE',
      'contact: <sip:me@localhost>',
      'to: "Bob" <sip:bob@localhost>',
      'p-asserted-identity: <sip:1001@localhost>',
      'x-my-Header: kept',
      'p-my-header: spelled',
      's: compact',
    );
    const own = `127.0.0.1:${network.port('udp')}`;
    expect(line(sip, 'Call-ID')).toBe('mine');
    expect(line(sip, 'CSeq')).toBe('77 INVITE');
    expect(line(sip, 'Contact')).toBe(`<sip:me@${own}>`);
    expect(line(sip, 'To')).toBe(`Bob <sip:bob@${own}>`);
    expect(line(sip, 'P-Asserted-Identity')).toBe(`<sip:1001@${own}>`);
    expect(line(sip, 'x-my-Header')).toBe('kept');
    expect(line(sip, 'P-My-Header')).toBe('spelled');
    expect(line(sip, 'Subject')).toBe('compact');
  });

  it('loses what is the server’s to say, and lines that are no headers', async () => {
    const { sip } = await request(
      `OPTIONS ${target()} SIP/2.0`,
      'Via: SIP/2.0/UDP evil;branch=z9hG4bKevil',
      'Route: <sip:evil;lr>',
      'Record-Route: <sip:evil;lr>',
      'RSeq: 5',
      'Content-Length: 500',
      'no colon here',
      'bad name: x',
      ': nameless',
      'Subject: good',
    );
    expect(sip).not.toMatch(/evil|RSeq|no colon|bad name|nameless/);
    expect(line(sip, 'Content-Length')).toBe('0');
    expect(line(sip, 'Subject')).toBe('good');
    await phone.request('OPTIONS');
  });

  it('cannot smuggle a header in by control characters', async () => {
    const { sip } = await request(
      `OPTIONS ${target()} SIP/2.0`,
      'Subject: a\nX-Evil: 1\rX-Evil: 2\0',
      'X-B: c',
    );
    expect(line(sip, 'X-Evil')).toBeUndefined();
    const sent = await phone.request('OPTIONS');
    expect(header(sent, 'X-Evil')).toBeUndefined();
    expect(header(sent, 'Subject')).toBe('a X-Evil: 1 X-Evil: 2');
    expect(header(sent, 'X-B')).toBe('c');
  });

  it('has a Max-Forwards that others can read', async () => {
    const { sip } = await request(`OPTIONS ${target()} SIP/2.0`, 'Max-Forwards: many');
    expect(line(sip, 'Max-Forwards')).toBe('70');
    const fewer = await request(`OPTIONS ${target()} SIP/2.0`, 'Max-Forwards: 12');
    expect(line(fewer.sip, 'Max-Forwards')).toBe('12');
  });

  it('with an SDP body needs no Content-Type', async () => {
    const { sip } = await application.ask('1|sip||', text(`INFO ${target()} SIP/2.0`) + SDP);
    expect(line(sip, 'Content-Type')).toBe('application/sdp');
    expect(line(sip, 'Content-Length')).toBe(String(SDP.length));
  });

  it.each([
    ['1|sip||', 'OPTIONS sip:x@127.0.0.1', 'invalid start line'],
    ['1|sip||', 'OPT(IONS sip:x@127.0.0.1 SIP/2.0', 'invalid start line'],
    ['1|sip||', 'OPTIONS sip: SIP/2.0', 'invalid request-uri'],
    [
      '1|sip||',
      'OPTIONS sip:x@127.0.0.1;transport=sctp SIP/2.0',
      'requested protocol/transport not available',
    ],
    ['1|sip||', 'CANCEL sip:x@127.0.0.1 SIP/2.0', 'only CANCEL names a transaction'],
    ['1|sip|some-transaction|', 'BYE sip:x@127.0.0.1 SIP/2.0', 'only CANCEL names a transaction'],
    ['1|sip|no-such|', 'CANCEL sip:x@127.0.0.1 SIP/2.0', 'unable to find the INVITE to cancel'],
    [
      '1|sip||no-such',
      'INFO sip:placeholder SIP/2.0',
      'Server error: unable to find dialog for dialog id provided',
    ],
    ['1|sip||no-such', 'ACK sip:placeholder SIP/2.0', 'no 2xx awaits an ACK in that dialog'],
    ['1|sip|no-such|', 'SIP/2.0 200 OK', 'Response not sent due to unknown transaction'],
    ['1|sip|no-such|', 'SIP/2.0 99 Low', 'invalid status line'],
  ])('%s %s is refused, and the connection stays', async (leader, startLine, reason) => {
    expect((await application.ask(leader, text(startLine))).tokens).toEqual(['1', 'NOK', reason]);
    expect((await application.ask('2|ping')).tokens).toEqual(['2', 'OK', 'pong']);
  });

  it('is shown before its responses, also when there is nobody to send it to', async () => {
    const frame = await request('OPTIONS sip:x@nowhere.invalid SIP/2.0');
    const transactionId = frame.tokens[8]!;
    expect(frame.tokens[1]).toBe('OK');
    const failure = await application.next();
    expect([failure.command, ...failure.tokens]).toEqual([
      'sip',
      'network',
      bytes(failure),
      'udp',
      '',
      '0',
      expect.stringMatching(TIME),
      transactionId,
      '',
      '',
    ]);
    expect(failure.sip).toMatch(/^SIP\/2\.0 503 /);
  });

  it.each([
    ['INVITE', true],
    ['SUBSCRIBE', true],
    ['OPTIONS', false],
  ])('%s: its responses name the transaction, and the dialog (%s)', async (method, hasDialog) => {
    const { sip, tokens } = await request(`${method} ${target()} SIP/2.0`);
    const sent = await phone.request(method);
    phone.reply(sent, 486, 'Busy Here');
    const response = await application.next();
    const id = `${line(sip, 'Call-ID')};from-tag=${tagOf(line(sip, 'From'))}`;
    expect(response.tokens.slice(6)).toEqual([tokens[8], hasDialog ? id : '', '']);
    expect(response.tokens.slice(3, 5)).toEqual(['127.0.0.1', String(phone.transport.local.port)]);
  });
});

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
    await route('options');
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
    await route('invite');
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
    await route('message');
    phone.call('MESSAGE', 'sip:1001@ringback.local');
    const { tokens } = await application.next();
    await application.ask(`1|sip|${tokens[6]}|`, `${text('SIP/2.0 200 OK')}hello`);
    const ok = await phone.response(200);
    expect(new TextDecoder().decode(ok.body)).toBe('hello');
    expect(header(ok, 'Content-Type')).toBeUndefined();
  });

  it('to a CANCEL is refused: the server has answered', async () => {
    await route('invite');
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
    await route('invite');
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
    await route('message');
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
    await route('message');
    const other = await network.phone('1003', transport);
    other.call('MESSAGE', 'sip:1001@ringback.local');
    expect((await application.next()).tokens[2]).toBe(protocol);
  });

  it('has compact names written out, and its body as it came', async () => {
    await route('message');
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
    await route('invite');
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
    await route('message');
    phone.call('INVITE', 'sip:1001@ringback.local', { body: SDP });
    await phone.response(503);
    expect((await application.ask('1|ping')).tokens).toEqual(['1', 'OK', 'pong']);
  });
});

describe('a dialog', () => {
  /** A call of the application to the phone, answered. */
  async function call(): Promise<string> {
    const { tokens } = await application.ask('1|sip||', text(`INVITE ${target()} SIP/2.0`) + SDP);
    phone.reply(await phone.request('INVITE'), 200, 'OK', { body: SDP });
    const answered = await application.next();
    expect(answered.tokens[6]).toBe(tokens[8]);
    return answered.tokens[7]!;
  }

  it('has its ACK from the application, with the sequence number of the INVITE', async () => {
    const id = await call();
    const ack = await application.ask(`2|sip||${id}`, text('ACK sip:whatever SIP/2.0'));
    const sent = await phone.request('ACK');
    expect(sent.uri).toBe(target());
    expect(ack.tokens.slice(1, 3)).toEqual(['OK', 'application']);
    expect(ack.sip).toBe(new TextDecoder().decode(serializeMessage(sent)));
    const again = await application.ask(`3|sip||${id}`, text('ACK sip:whatever SIP/2.0'));
    expect(again.tokens[1]).toBe('NOK');
  });

  it('gives its requests all that names it, and their responses its id', async () => {
    const id = await call();
    await application.ask(`2|sip||${id}`, text('ACK sip:placeholder SIP/2.0'));
    const ack = await phone.request('ACK');
    const info = await application.ask(
      `3|sip||${id}`,
      text('INFO sip:placeholder SIP/2.0', 'From: <sip:x@y>', 'CSeq: 1 INFO', 'Max-Forwards: 3', 'X-A: b'),
    );
    const sent = await phone.request('INFO');
    for (const name of ['From', 'To', 'Call-ID']) expect(header(sent, name)).toBe(header(ack, name));
    expect(Number.parseInt(header(sent, 'CSeq')!, 10)).toBe(Number.parseInt(header(ack, 'CSeq')!, 10) + 1);
    expect([sent.uri, header(sent, 'Max-Forwards'), header(sent, 'X-A')]).toEqual([target(), '70', 'b']);
    expect(headers(sent, 'Contact')).toEqual([]);
    phone.reply(sent, 200, 'OK');
    expect((await application.next()).tokens.slice(6)).toEqual([info.tokens[8], id, '']);
    const untyped = await application.ask(`4|sip||${id}`, `${text('INFO sip:placeholder SIP/2.0')}x=1`);
    expect(untyped.tokens).toEqual(['4', 'NOK', 'Server error: missing content-type']);
    const elsewhere = await application.ask(`5|sip||${id}`, text('INFO no-uri SIP/2.0'));
    expect(elsewhere.tokens).toEqual(['5', 'NOK', 'Server error: invalid request-uri']);
  });
});
