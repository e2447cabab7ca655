import { describe, expect, it } from 'vitest';
import {
  appendHeader,
  isUsableResponse,
  responseTo,
  validateRequest,
  withHeader,
  withoutHeader,
} from '../src/index.ts';
import { request } from './messages.ts';

const invite = request('INVITE');
const rejection = (message: typeof invite) => {
  const result = validateRequest(message);
  return result && `${result.status} ${result.reason}`;
};

describe('validateRequest', () => {
  it('lets a good request through', () => {
    expect(validateRequest(invite)).toBeUndefined();
    expect(validateRequest(withoutHeader(invite, 'Max-Forwards'))).toBeUndefined();
    expect(validateRequest(withHeader(request('REGISTER'), 'Contact', '*'))).toBeUndefined();
    expect(validateRequest({ ...invite, uri: 'tel:+12015550123' })).toBeUndefined();
  });

  it.each(['Via', 'From', 'To', 'Call-ID', 'CSeq'])('asks for %s', (name) => {
    expect(rejection(withoutHeader(invite, name))).toBe(`400 Missing ${name}`);
  });

  it.each(['From', 'To', 'Call-ID', 'CSeq', 'Max-Forwards'])('allows one %s only', (name) => {
    expect(rejection(appendHeader(invite, name, 'x'))).toBe(`400 Multiple ${name}`);
  });

  it.each([
    ['Via', 'SIP/3.0/UDP h;branch=z9hG4bK1', '400 Bad Via'],
    ['Via', 'SIP/2.0/UDP h;branch=z9hG4bK', '400 Bad Via branch'],
    ['CSeq', '1 BYE', '400 Bad CSeq method'],
    ['CSeq', '-1 INVITE', '400 Bad CSeq'],
    ['From', '<sip:a@b', '400 Bad From'],
    ['To', '<sip:a@b:x>', '400 Bad To'],
    ['Call-ID', '', '400 Bad Call-ID'],
    ['Max-Forwards', '-1', '400 Bad Max-Forwards'],
    ['Contact', '*', '400 Bad Contact'],
    ['Contact', '<sip:a@b>, <sip:', '400 Bad Contact'],
    ['Route', 'nonsense', '400 Bad Route'],
    ['Content-Type', 'application/sdp;;', '400 Bad Content-Type'],
  ])('refuses %s: %s', (name, value, expected) => {
    expect(rejection(withHeader(invite, name, value))).toBe(expected);
  });

  it.each([
    ['nonsense', '400 Bad Request-URI'],
    ['sip:a@b?Route=%3Csip:c%3E', '400 Bad Request-URI'],
    ['sip:a@[::', '400 Bad Request-URI'],
    ['http://b/', '416 Unsupported URI Scheme'],
  ])('refuses the Request-URI %s', (uri, expected) => {
    expect(rejection({ ...invite, uri })).toBe(expected);
  });

  it.each(['Contact', 'Route', 'Record-Route'])('refuses a list of thousands of values: %s', (name) => {
    const values = (count: number) => Array.from({ length: count }, () => '<sip:a@b>').join(',');
    expect(rejection(withHeader(invite, name, values(200)))).toBeUndefined();
    expect(rejection(withHeader(invite, name, values(201)))).toBe(`400 Too Many ${name}`);
  });

  it('refuses a From with hundreds of parameters', () => {
    const params = (count: number) => Array.from({ length: count }, (_, index) => `;p${index}`).join('');
    expect(rejection(withHeader(invite, 'From', `<sip:a@b>${params(100)}`))).toBeUndefined();
    expect(rejection(withHeader(invite, 'From', `<sip:a@b>${params(101)}`))).toBe('400 Bad From');
    expect(rejection(withHeader(invite, 'From', `<sip:a@b>${';a'.repeat(101)}`))).toBe('400 Bad From');
    expect(rejection({ ...invite, uri: `sip:a@b${params(101)}` })).toBe('400 Bad Request-URI');
  });

  it('answers 420 with what it does not support, but not to ACK and CANCEL', () => {
    const required = withHeader(invite, 'Require', '100rel, foo');
    expect(validateRequest(required)).toBeUndefined();
    expect(validateRequest(required, { supported: ['100rel'] })).toEqual({
      status: 420,
      reason: 'Bad Extension',
      headers: [{ name: 'Unsupported', value: 'foo' }],
    });
    expect(validateRequest(withHeader(request('ACK'), 'Require', 'foo'), { supported: [] })).toBeUndefined();
  });
});

describe('isUsableResponse', () => {
  it('wants the five headers that name transaction and dialog', () => {
    const ok = responseTo(invite, 200, '', { toTag: 'b' });
    expect(isUsableResponse(ok)).toBe(true);
    for (const name of ['Via', 'From', 'To', 'Call-ID', 'CSeq'])
      expect(isUsableResponse(withoutHeader(ok, name))).toBe(false);
    expect(isUsableResponse(withHeader(ok, 'CSeq', '99999999999 INVITE'))).toBe(false);
  });
});
