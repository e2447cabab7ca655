import { createLogger } from '@ringback/runtime';
import { describe, expect, it } from 'vitest';
import { checkOptions } from '../src/check-options.ts';
import type { SupervisedOptions } from '../src/index.ts';

const good: SupervisedOptions = {
  host: '127.0.0.1',
  ngHost: '::1',
  ngPort: 0,
  rtpPorts: { min: 30_000, max: 30_003 },
  logger: createLogger('rtpengine', 'silent'),
};

describe('the options of the media server', () => {
  it('may be left out but for the addresses, the ports and the logger', async () => {
    await expect(checkOptions(good)).resolves.toBeUndefined();
  });

  it.each<[Partial<SupervisedOptions>, string]>([
    [{ host: 'localhost' }, 'host: "localhost" cannot be; give an IP address of this machine'],
    // Of the block for documentation (RFC 5737).
    [{ host: '192.0.2.1' }, 'host: "192.0.2.1" cannot be; it is no address of this machine'],
    [{ advertisedHost: '' }, 'advertisedHost: "" cannot be; give an address or a name'],
    [{ ngHost: '' }, 'ngHost: "" cannot be; give an IP address'],
    [{ ngPort: 65_536 }, 'ngPort: 65536 cannot be; give a whole number from 0 to 65535'],
    [{ ngPort: 1.5 }, 'ngPort: 1.5 cannot be'],
    [{ rtpPorts: { min: 0, max: 100 } }, 'rtpPorts.min: 0 cannot be; give a whole number from 1 to 65535'],
    [{ rtpPorts: { min: 30_000, max: 70_000 } }, 'rtpPorts.max: 70000 cannot be'],
    [{ rtpPorts: { min: 30_000, max: 30_002 } }, 'rtpPorts: 30000-30002 cannot be; give at least 4 ports'],
    [{ ngTcp: { host: 'x', port: 1 } }, 'ngTcp.host: "x" cannot be; give an IP address'],
    [{ http: { host: '::1', port: -1 } }, 'http.port: -1 cannot be; give a whole number from 0 to 65535'],
    [{ recordingDir: '' }, 'recordingDir: "" cannot be; give a directory'],
    [{ processes: 0 }, 'processes: 0 cannot be; give a whole number from 1 to 64'],
    [{ processes: Number.NaN }, 'processes: NaN cannot be'],
    [{ homer: { host: '127.0.0.1', port: 0, protocol: 'udp', captureId: 1 } }, 'homer.port: 0 cannot be'],
    [{ offerTimeoutSec: -1 }, 'offerTimeoutSec: -1 cannot be; give seconds, more than 0'],
    [{ mediaTimeoutSec: 0 }, 'mediaTimeoutSec: 0 cannot be; give seconds, more than 0'],
    [{ hangTimeoutSec: Number.POSITIVE_INFINITY }, 'hangTimeoutSec: Infinity cannot be'],
  ])('that cannot be are named with the remedy: %o', async (wrong, message) => {
    await expect(checkOptions({ ...good, ...wrong })).rejects.toThrow(message);
    await expect(checkOptions({ ...good, ...wrong })).rejects.toMatchObject({ code: 'invalid-option' });
  });
});
