import { describe, expect, it } from 'vitest';
import { CallRecorder } from '../src/call/call-recorder.ts';
import { MediaError } from '../src/media/media-server.ts';

const PATHS = ['/data/recordings/leg-0a.pcap', '/data/recordings/leg-0a.wav', '/data/recordings/leg-0a.txt'];
const FILES = { pcap: 'leg-0a.pcap', wav: 'leg-0a.wav', text: 'leg-0a.txt' };
const AT = '2026-03-01T10:00:00.000Z';

function recorder(begin: () => Promise<string[]> = async () => PATHS) {
  const done: unknown[] = [];
  let nowMs = Date.parse(AT);
  const made = new CallRecorder({
    begin() {
      done.push('begin');
      return begin();
    },
    async pause() {
      done.push('pause');
    },
    tell: (...told) => done.push(told),
    nowMs: () => nowMs++,
  });
  return { made, done };
}

describe('the recording of a call', () => {
  it('is one set of files from its first beginning, however often it is paused', async () => {
    const { made, done } = recorder();
    await Promise.all([made.set(true), made.set(false), made.set(true), made.set(true)]);
    expect(done).toEqual([
      ...['begin', [FILES, AT, false]],
      ...['pause', [FILES, AT, true]],
      ...['begin', [FILES, AT, false]],
    ]);
  });

  it('is none where the media server does not say where it is, or refuses; it may be asked again', async () => {
    const silent = recorder(async () => []);
    await expect(silent.made.set(true)).rejects.toMatchObject({ code: 'refused' });
    let refuses = true;
    const { made, done } = recorder(async () => {
      if (refuses) throw new MediaError('refused', 'Recording is off');
      return PATHS;
    });
    await expect(made.set(true)).rejects.toThrow('Recording is off');
    refuses = false;
    await made.set(true);
    expect(done).toEqual(['begin', 'begin', [FILES, expect.any(String), false]]);
  });
});
