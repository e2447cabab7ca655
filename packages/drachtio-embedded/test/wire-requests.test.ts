import { header, headers, serializeMessage, tagOf } from '@ringback/sip';
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

describe('a request of the application', () => {
  it('is answered with what was sent, from which address of ours and under which transaction', async () => {
    const frame = await bed.request(`OPTIONS ${bed.target} SIP/2.0`);
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
    const { sip } = await bed.request(`MESSAGE ${bed.target} SIP/2.0`);
    const own = `sip:127.0.0.1:${network.port('udp')}`;
    expect(line(sip, 'From')).toMatch(new RegExp(`^<${own}>;tag=\\w+$`));
    expect(line(sip, 'To')).toBe(`<${bed.target}>`);
    expect(line(sip, 'CSeq')).toMatch(/^\d+ MESSAGE$/);
    expect(line(sip, 'Max-Forwards')).toBe('70');
    expect(line(sip, 'Via')).toMatch(/^SIP\/2\.0\/UDP 127\.0\.0\.1:\d+;branch=z9hG4bK/);
    for (const name of ['User-Agent', 'Server', 'Contact', 'Content-Type'])
      expect(line(sip, name)).toBeUndefined();
  });

  it.each(['INVITE', 'SUBSCRIBE', 'REFER', 'NOTIFY'])('%s gets a Contact of ours', async (method) => {
    const { sip } = await bed.request(`${method} ${bed.target} SIP/2.0`);
    expect(line(sip, 'Contact')).toBe(`<sip:127.0.0.1:${network.port('udp')}>`);
  });

  it('keeps the Call-ID, the sequence number and the headers it was given', async () => {
    const { sip } = await bed.request(
      `INVITE ${bed.target} SIP/2.0`,
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
    const { sip } = await bed.request(
      `OPTIONS ${bed.target} SIP/2.0`,
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
    const { sip } = await bed.request(
      `OPTIONS ${bed.target} SIP/2.0`,
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
    const { sip } = await bed.request(`OPTIONS ${bed.target} SIP/2.0`, 'Max-Forwards: many');
    expect(line(sip, 'Max-Forwards')).toBe('70');
    const fewer = await bed.request(`OPTIONS ${bed.target} SIP/2.0`, 'Max-Forwards: 12');
    expect(line(fewer.sip, 'Max-Forwards')).toBe('12');
  });

  it('with an SDP body needs no Content-Type', async () => {
    const { sip } = await application.ask('1|sip||', text(`INFO ${bed.target} SIP/2.0`) + SDP);
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
    const frame = await bed.request('OPTIONS sip:x@nowhere.invalid SIP/2.0');
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
    const { sip, tokens } = await bed.request(`${method} ${bed.target} SIP/2.0`);
    const sent = await phone.request(method);
    phone.reply(sent, 486, 'Busy Here');
    const response = await application.next();
    const id = `${line(sip, 'Call-ID')};from-tag=${tagOf(line(sip, 'From'))}`;
    expect(response.tokens.slice(6)).toEqual([tokens[8], hasDialog ? id : '', '']);
    expect(response.tokens.slice(3, 5)).toEqual(['127.0.0.1', String(phone.transport.local.port)]);
  });
});

describe('a dialog', () => {
  /** A call of the application to the phone, answered. */
  async function call(): Promise<string> {
    const { tokens } = await application.ask('1|sip||', text(`INVITE ${bed.target} SIP/2.0`) + SDP);
    phone.reply(await phone.request('INVITE'), 200, 'OK', { body: SDP });
    const answered = await application.next();
    expect(answered.tokens[6]).toBe(tokens[8]);
    return answered.tokens[7]!;
  }

  it('has its ACK from the application, with the sequence number of the INVITE', async () => {
    const id = await call();
    const ack = await application.ask(`2|sip||${id}`, text('ACK sip:whatever SIP/2.0'));
    const sent = await phone.request('ACK');
    expect(sent.uri).toBe(bed.target);
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
    expect([sent.uri, header(sent, 'Max-Forwards'), header(sent, 'X-A')]).toEqual([bed.target, '70', 'b']);
    expect(headers(sent, 'Contact')).toEqual([]);
    phone.reply(sent, 200, 'OK');
    expect((await application.next()).tokens.slice(6)).toEqual([info.tokens[8], id, '']);
    const untyped = await application.ask(`4|sip||${id}`, `${text('INFO sip:placeholder SIP/2.0')}x=1`);
    expect(untyped.tokens).toEqual(['4', 'NOK', 'Server error: missing content-type']);
    const elsewhere = await application.ask(`5|sip||${id}`, text('INFO no-uri SIP/2.0'));
    expect(elsewhere.tokens).toEqual(['5', 'NOK', 'Server error: invalid request-uri']);
  });
});
