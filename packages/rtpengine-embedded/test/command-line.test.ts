import { describe, expect, it } from 'vitest';
import { readCommandLine } from '../src/command-line.ts';

describe('command line', () => {
  it('has defaults on loopback', () => {
    expect(readCommandLine([])).toEqual({
      host: '127.0.0.1',
      ngHost: '127.0.0.1',
      ngPort: 22_222,
      rtpPorts: { min: 30_000, max: 40_000 },
      mediaTimeoutSec: 60,
      logLevel: 'info',
    });
  });

  it("reads rtpengine's own options", () => {
    const options = readCommandLine([
      '--interface=pub/10.0.0.5!203.0.113.1',
      '--listen-ng=0.0.0.0:2223',
      '--port-min=30000',
      '--port-max=30999',
      '--log-level=7',
    ]);
    expect(options).toMatchObject({
      host: '10.0.0.5',
      advertisedHost: '203.0.113.1',
      ngHost: '0.0.0.0',
      ngPort: 2223,
      rtpPorts: { min: 30_000, max: 30_999 },
      logLevel: 'debug',
    });
    expect(readCommandLine(['--listen-ng=2223', '--log-level=warn'])).toMatchObject({
      ngPort: 2223,
      logLevel: 'warn',
    });
  });

  it.each([
    ['--interface=nowhere', 'interface'],
    ['--listen-ng=x', 'listen-ng'],
    ['--port-min=70000', 'port-min'],
    ['--port-max=30001', 'port-max'],
    ['--timeout=0', 'timeout'],
    ['--log-level=9', 'log-level'],
    ['--made-up=1', 'made-up'],
  ])('refuses %s in one line that names it', (argument, name) => {
    expect(() => readCommandLine([argument])).toThrow(name);
  });
});
