import { describe, expect, it } from 'vitest';
import { SourceLatch } from '../src/transport/source-latch.ts';

function latchOn(address: string, port: number): SourceLatch {
  const latch = new SourceLatch();
  latch.signal({ address, port });
  return latch;
}

describe('symmetric RTP', () => {
  it('hears nobody before a description', () => {
    const latch = new SourceLatch();
    expect(latch.accepts('127.0.0.1', 5004)).toBe(false);
    expect(latch.target).toBeUndefined();
  });

  it('sends to the signalled endpoint until somebody is latched', () => {
    const latch = latchOn('192.0.2.1', 5004);
    expect(latch.target).toEqual({ address: '192.0.2.1', port: 5004 });
    expect(latch.accepts('192.0.2.1', 6000)).toBe(true);
    expect(latch.target).toEqual({ address: '192.0.2.1', port: 6000 });
  });

  it('latches once: strangers are not heard, whatever their address', () => {
    const latch = latchOn('192.0.2.1', 5004);
    expect(latch.accepts('192.0.2.1', 5004)).toBe(true);
    expect(latch.accepts('192.0.2.1', 6000)).toBe(false);
    expect(latch.accepts('203.0.113.9', 5004)).toBe(false);
    expect(latch.target).toEqual({ address: '192.0.2.1', port: 5004 });
  });

  it('a stranger from another host cannot be first', () => {
    const latch = latchOn('192.0.2.1', 5004);
    expect(latch.accepts('203.0.113.9', 5004)).toBe(false);
    expect(latch.accepts('192.0.2.1', 5004)).toBe(true);
  });

  it('the signalled port takes the latch back from another port of the host', () => {
    const latch = latchOn('127.0.0.1', 5004);
    expect(latch.accepts('127.0.0.1', 6666)).toBe(true);
    expect(latch.accepts('127.0.0.1', 5004)).toBe(true);
    expect(latch.accepts('127.0.0.1', 6666)).toBe(false);
  });

  it('lets a phone behind NAT come from its public address, but nobody reach a loopback call', () => {
    expect(latchOn('192.168.1.20', 5004).accepts('198.51.100.7', 40_000)).toBe(true);
    expect(latchOn('0.0.0.0', 5004).accepts('198.51.100.7', 40_000)).toBe(true);
    expect(latchOn('phone.example', 5004).accepts('198.51.100.7', 40_000)).toBe(true);
    expect(latchOn('127.0.0.1', 5004).accepts('198.51.100.7', 5004)).toBe(false);
  });

  it('lets a phone on this machine signal its network card and send from loopback', () => {
    const latch = latchOn('192.0.2.2', 5004);
    expect(latch.accepts('127.0.0.1', 5004)).toBe(true);
    expect(latch.target).toEqual({ address: '127.0.0.1', port: 5004 });
    expect(latch.accepts('127.0.0.1', 6000)).toBe(false);
  });

  it('does not send to a name or to 0.0.0.0', () => {
    expect(latchOn('0.0.0.0', 5004).target).toBeUndefined();
    expect(latchOn('phone.example', 5004).target).toBeUndefined();
  });

  it('signalling moves it, and the same description again does not', () => {
    const latch = latchOn('192.0.2.1', 5004);
    latch.accepts('192.0.2.1', 6000);
    latch.signal({ address: '192.0.2.1', port: 5004 });
    expect(latch.target?.port).toBe(6000);
    latch.signal({ address: '192.0.2.2', port: 7000 });
    expect(latch.target).toEqual({ address: '192.0.2.2', port: 7000 });
    expect(latch.accepts('192.0.2.1', 6000)).toBe(false);
  });
});
