import { describe, expect, it } from 'vitest';
import {
  cancelOf,
  clientTransactionKey,
  responseTo,
  serverTransactionKey,
  stampVia,
  transactionKey,
  withHeader,
} from '../src/index.ts';
import { request } from './messages.ts';

const invite = request('INVITE');

describe('server transaction keys', () => {
  it('are the same for an INVITE, its repetition and its ACK, and can be asked for by a CANCEL', () => {
    const ack = withHeader(request('ACK'), 'To', 'Bob <sip:bob@biloxi.example>;tag=b');
    expect(transactionKey(ack)).toBe(transactionKey(invite));
    expect(transactionKey(stampVia(invite, '192.0.2.1', 40_000))).toBe(transactionKey(invite));
    const cancel = cancelOf(invite);
    expect(transactionKey(cancel)).not.toBe(transactionKey(invite));
    expect(serverTransactionKey(cancel, 'INVITE')).toBe(transactionKey(invite));
  });

  it('differ by branch, sent-by, Call-ID and method', () => {
    const via = (value: string) => transactionKey(withHeader(invite, 'Via', value));
    const keys = [
      via('SIP/2.0/UDP h;branch=z9hG4bK1'),
      via('SIP/2.0/UDP h;branch=z9hG4bK2'),
      via('SIP/2.0/UDP i;branch=z9hG4bK1'),
      via('SIP/2.0/UDP h:5061;branch=z9hG4bK1'),
      transactionKey(request('OPTIONS')),
      transactionKey(invite),
      transactionKey(withHeader(invite, 'Call-ID', 'other')),
    ];
    expect(new Set(keys).size).toBe(keys.length);
    expect(via('SIP/2.0/UDP H;branch=z9hG4bK1')).toBe(keys[0]);
  });

  it('fall back to the rules of RFC 2543 without the cookie', () => {
    const old = withHeader(invite, 'Via', 'SIP/2.0/UDP h;branch=1');
    const ack = withHeader(withHeader(old, 'CSeq', '314159 ACK'), 'To', '<sip:bob@biloxi.example>;tag=x');
    expect(transactionKey({ ...ack, method: 'ACK' })).toBe(transactionKey(old));
    expect(transactionKey(withHeader(old, 'Call-ID', 'other'))).not.toBe(transactionKey(old));
    expect(transactionKey(withHeader(old, 'CSeq', '314160 INVITE'))).not.toBe(transactionKey(old));
  });
});

describe('client transaction keys', () => {
  it('join a response to its request, and keep the answer to a CANCEL apart', () => {
    expect(transactionKey(responseTo(invite, 180))).toBe(clientTransactionKey(invite));
    const cancel = cancelOf(invite);
    expect(transactionKey(responseTo(cancel, 200))).toBe(clientTransactionKey(cancel));
    expect(clientTransactionKey(cancel)).not.toBe(clientTransactionKey(invite));
  });

  it('are undefined for a response that says too little', () => {
    expect(transactionKey(withHeader(responseTo(invite, 180), 'CSeq', 'x'))).toBeUndefined();
    expect(transactionKey(withHeader(responseTo(invite, 180), 'Via', 'SIP/2.0/UDP h'))).toBeUndefined();
  });
});
