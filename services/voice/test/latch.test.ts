import { describe, expect, test } from 'vitest';
import { Latch } from '../src/rtp/latch.ts';

const signalled = { address: '192.0.2.1', port: 4000 };
const natted = { address: '198.51.100.7', port: 61000 };
const stranger = { address: '203.0.113.9', port: 5555 };

describe('Latch', () => {
  test('nobody is heard before the other side is known', () => {
    const latch = new Latch();
    expect(latch.accepts(natted)).toBe(false);
    expect(latch.target).toBeUndefined();
  });

  test('sends to the address of the SDP, then to the first source heard', () => {
    const latch = new Latch();
    latch.signal(signalled);
    expect(latch.target).toEqual(signalled);
    expect(latch.accepts(natted)).toBe(true);
    expect(latch.target).toEqual(natted);
  });

  test('another source is a stranger', () => {
    const latch = new Latch();
    latch.signal(signalled);
    latch.accepts(natted);
    expect(latch.accepts(stranger)).toBe(false);
    expect(latch.target).toEqual(natted);
    expect(latch.accepts(natted)).toBe(true);
  });

  test('the address of the SDP takes over from a stranger that was faster', () => {
    const latch = new Latch();
    latch.signal(signalled);
    latch.accepts(stranger);
    expect(latch.accepts(signalled)).toBe(true);
    expect(latch.target).toEqual(signalled);
    expect(latch.accepts(stranger)).toBe(false);
  });

  test('a new address in the SDP is heard anew, the same one keeps what was heard', () => {
    const latch = new Latch();
    latch.signal(signalled);
    latch.accepts(natted);
    latch.signal({ ...signalled });
    expect(latch.target).toEqual(natted);
    latch.signal({ ...signalled, port: 4002 });
    expect(latch.target).toEqual({ ...signalled, port: 4002 });
  });
});
