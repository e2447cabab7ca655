import { describe, expect, it } from 'vitest';
import {
  appendHeader,
  cancelOf,
  header,
  headers,
  reasonPhrase,
  responseTo,
  serializeMessage,
  withBody,
  withHeader,
  withoutHeader,
} from '../src/index.ts';
import { request, text } from './messages.ts';

const invite = request(
  'INVITE',
  'Record-Route: <sip:p1;lr>\nRecord-Route: <sip:p2;lr>\nTimestamp: 54\nSubject: x\n',
);
const names = (message: { headers: readonly { name: string }[] }) => message.headers.map(({ name }) => name);

describe('responseTo', () => {
  it('copies what RFC 3261 8.2.6.2 and 12.1.1 ask for, in the order of the request', () => {
    const ringing = responseTo(invite, 180, '', { toTag: 'b', headers: [{ name: 'm', value: '<sip:us>' }] });
    expect(names(ringing)).toEqual([
      'Via',
      'From',
      'To',
      'Call-ID',
      'CSeq',
      'Record-Route',
      'Record-Route',
      'Contact',
    ]);
    expect(header(ringing, 'To')).toBe('Bob <sip:bob@biloxi.example>;tag=b');
    expect(ringing.reason).toBe('Ringing');
  });

  it('gives 100 the Timestamp and no tag', () => {
    const trying = responseTo(invite, 100, '', { toTag: 'b' });
    expect(names(trying)).toEqual(['Via', 'From', 'To', 'Call-ID', 'CSeq', 'Timestamp']);
    expect(header(trying, 'To')).toBe('Bob <sip:bob@biloxi.example>');
  });

  it('leaves a tag that is there, and a To that cannot be read', () => {
    expect(
      header(responseTo(withHeader(invite, 'To', '<sip:b@c>;tag=old'), 200, '', { toTag: 'new' }), 'To'),
    ).toBe('<sip:b@c>;tag=old');
    expect(
      header(responseTo(withHeader(invite, 'To', '"x <sip:b@c>'), 400, 'Bad To', { toTag: 'new' }), 'To'),
    ).toBe('"x <sip:b@c>');
  });

  it('has no Record-Route in a refusal', () => {
    expect(headers(responseTo(invite, 486), 'Record-Route')).toEqual([]);
  });

  it('has a phrase for every status', () => {
    expect([486, 199, 499, 700].map(reasonPhrase)).toEqual([
      'Busy Here',
      'Early Dialog Terminated',
      'Client Error',
      'Unknown',
    ]);
  });
});

describe('cancelOf', () => {
  it('is the INVITE but for its method, and hop-by-hop (RFC 3261 9.1)', () => {
    const cancel = cancelOf(invite, [{ name: 'Reason', value: 'SIP;cause=200' }]);
    for (const name of ['Via', 'From', 'To', 'Call-ID'])
      expect(header(cancel, name)).toBe(header(invite, name));
    expect([cancel.uri, header(cancel, 'CSeq'), header(cancel, 'Reason')]).toEqual([
      invite.uri,
      '314159 CANCEL',
      'SIP;cause=200',
    ]);
  });
});

describe('edits', () => {
  it('leave the message they are given as it was', () => {
    const before = text(serializeMessage(invite));
    const typed = withBody(invite, Buffer.from('v=0'), 'application/sdp');
    expect(header(typed, 'c')).toBe('application/sdp');
    expect(text(serializeMessage(typed))).toContain('Content-Length: 3\r\n');
    expect(header(withBody(typed, new Uint8Array(0)), 'Content-Type')).toBeUndefined();
    expect(headers(appendHeader(invite, 'Subject', 'y'), 's')).toEqual(['x', 'y']);
    expect(header(withoutHeader(invite, 's'), 'Subject')).toBeUndefined();
    expect(names(withHeader(invite, 'via', 'x'))).toEqual(names(invite));
    expect(text(serializeMessage(invite))).toBe(before);
  });
});
