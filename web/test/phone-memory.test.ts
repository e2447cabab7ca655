import { describe, expect, it, vi } from 'vitest';
import { devicesOf } from '../src/phone/devices.ts';
import { levelOf } from '../src/phone/level.ts';
import { FRESH_MEMORY, readMemory } from '../src/phone/phone-memory.ts';
import { renewalWords } from '../src/softphone/call-words.ts';

describe('what the phone remembers', () => {
  it('comes back as it was kept', () => {
    const memory = {
      ...FRESH_MEMORY,
      toneWay: 'info',
      devices: { microphone: 'headset', speaker: '', ringer: 'desk' },
      lastDialled: '1002',
    } as const;
    expect(readMemory(JSON.stringify(memory), '')).toEqual(memory);
  });

  it('starts anew where nothing sensible was kept', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    for (const kept of [null, '', '{', '[]', 'null', '{"devices":7,"toneWay":"smoke","lastDialled":{}}'])
      expect(readMemory(kept, '')).toEqual(FRESH_MEMORY);
    expect(warn).toHaveBeenCalled();
    warn.mockRestore();
  });

  it('answers by itself when the address says so, and does not when it says 0', () => {
    expect(readMemory(null, '?autoanswer=1').autoAnswer).toBe(true);
    expect(readMemory('{"autoAnswer":true}', '?autoanswer=0').autoAnswer).toBe(false);
    expect(readMemory('{"autoAnswer":true}', '?x=1').autoAnswer).toBe(true);
  });
});

it('offers devices that have a name, each once', () => {
  const device = (kind: MediaDeviceKind, deviceId: string, label: string) => ({ kind, deviceId, label });
  expect(
    devicesOf([
      device('audioinput', 'default', 'Default: Headset'),
      device('audioinput', 'h1', 'Headset'),
      device('audiooutput', 'h2', 'Headset'),
      device('audiooutput', '', ''),
      device('videoinput', 'c', 'Camera'),
    ]),
  ).toEqual({
    microphone: [{ id: 'h1', label: 'Headset' }],
    speaker: [{ id: 'h2', label: 'Headset' }],
    ringer: [{ id: 'h2', label: 'Headset' }],
  });
});

it('shows a level as the ear hears it', () => {
  expect(levelOf(new Float32Array(100))).toBe(0);
  expect(levelOf(new Float32Array(100).fill(1))).toBe(1);
  // -30 dBFS is in the middle of the 60 dB that are shown.
  expect(levelOf(new Float32Array(100).fill(10 ** (-30 / 20)))).toBeCloseTo(0.5, 5);
  expect(levelOf(new Float32Array(100).fill(0.0001))).toBe(0);
});

it('counts down to the next registration', () => {
  expect(renewalWords(60_000, 17_000)).toBe('renews in 0:43');
  expect(renewalWords(60_000, 61_000)).toBe('renewing');
});
