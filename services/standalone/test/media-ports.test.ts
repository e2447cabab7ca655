import { parseConfig } from '@ringback/runtime';
import { describe, expect, it } from 'vitest';
import { mediaProcesses, shareRtpPorts } from '../src/media-ports.ts';

describe('RINGBACK_RTP_PORTS', () => {
  it('is shared by the media server and the voice', () => {
    expect(shareRtpPorts({ min: 30_000, max: 30_999 })).toEqual({
      media: { min: 30_000, max: 30_667 },
      voice: { min: 30_668, max: 30_999 },
    });
  });

  it('leaves both a call in the smallest range that may be set', () => {
    for (const min of [30_000, 30_001]) {
      const { media, voice } = shareRtpPorts({ min, max: min + 9 });
      expect(voice.min).toBe(media.max + 1);
      expect(media.max - media.min + 1).toBeGreaterThanOrEqual(6);
      expect(voice.max - voice.min + 1).toBeGreaterThanOrEqual(2);
    }
  });
});

describe('RINGBACK_MEDIA_PROCESSES', () => {
  const wide = { min: 30_000, max: 30_665 };
  const unset = parseConfig({}, '/tmp');

  it('are as many as are set', () => {
    expect(mediaProcesses(parseConfig({ RINGBACK_MEDIA_PROCESSES: '3' }, '/tmp'), wide, 2)).toBe(3);
  });

  it('are two where the machine and the range are wide enough', () => {
    expect(mediaProcesses(unset, wide, 2)).toBe(1);
    expect(mediaProcesses(unset, wide, 8)).toBe(2);
    expect(mediaProcesses(unset, { min: 30_000, max: 30_009 }, 8)).toBe(1);
  });
});
