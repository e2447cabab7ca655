import { describe, expect, it } from 'vitest';
import { isStun, stunBindingResponse } from '../src/index.ts';

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'));
const hex = (data: Uint8Array | undefined) => data && Buffer.from(data).toString('hex');

// The transaction of the test vectors of RFC 5769.
const TRANSACTION = '2112a442 b7e7a701bc34d686fa87dfae';
const request = (attributes = '') =>
  bytes(
    `0001 ${(attributes.replaceAll(/\s/g, '').length / 2).toString(16).padStart(4, '0')} ${TRANSACTION} ${attributes}`,
  );

describe('a STUN binding request', () => {
  it('is answered with the address it came from, masked (values of RFC 5769 2.2 and 2.3)', () => {
    expect(hex(stunBindingResponse(request(), '192.0.2.1', 32_853))).toBe(
      hex(bytes(`0101 000c ${TRANSACTION} 0020 0008 0001 a147 e112a643`)),
    );
    expect(hex(stunBindingResponse(request(), '2001:db8:1234:5678:11:2233:4455:6677', 32_853))).toBe(
      hex(bytes(`0101 0018 ${TRANSACTION} 0020 0014 0002 a147 0113a9fa a5d3f179 bc25f4b5 bed2b9d9`)),
    );
  });

  it('may carry what need not be understood, and a name and a fingerprint', () => {
    const software = '8022 0004 74657374';
    expect(
      stunBindingResponse(request(`${software} 0006 0003 61626300 8028 0004 00000000`), '::1', 9),
    ).toBeDefined();
  });

  it('with an attribute that must be understood and is not gets 420 and its type', () => {
    expect(hex(stunBindingResponse(request('7ff0 0000'), '192.0.2.1', 9))).toBe(
      hex(bytes(`0111 0010 ${TRANSACTION} 0009 0004 00000414 000a 0002 7ff00000`)),
    );
  });

  it.each([
    ['a response', bytes(`0101 0000 ${TRANSACTION}`)],
    ['another cookie', bytes('0001 0000 00000000 b7e7a701bc34d686fa87dfae')],
    ['a length that lies', bytes(`0001 0004 ${TRANSACTION}`)],
    ['an attribute that passes the end', request('8022 0008 74657374')],
    ['nothing', new Uint8Array(0)],
    ['half a header', bytes('0001 0000 2112')],
  ])('%s is not one', (_what, packet) => {
    expect(stunBindingResponse(packet, '192.0.2.1', 9)).toBeUndefined();
  });

  it('is told from SIP by its first byte', () => {
    expect(isStun(request())).toBe(true);
    expect(isStun(new TextEncoder().encode('OPTIONS sip:a@b SIP/2.0\r\n'))).toBe(false);
    expect(isStun(new TextEncoder().encode('\r\n\r\n'))).toBe(false);
  });

  it('never throws, whatever comes', () => {
    const valid = request('8022 0004 74657374 0006 0003 61626300');
    for (let at = 0; at < valid.length; at++) {
      for (const value of [0, 1, 0x7f, 0xff]) {
        const mutated = valid.slice();
        mutated[at] = value;
        stunBindingResponse(mutated, '192.0.2.1', 9);
        stunBindingResponse(mutated.subarray(0, at), '192.0.2.1', 9);
      }
    }
  });
});
