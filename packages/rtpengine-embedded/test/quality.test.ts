import { describe, expect, it } from 'vitest';
import { QualityLog } from '../src/quality/quality.ts';

const good = {
  roundTripMs: 20,
  legRoundTripMs: 8,
  jitterMs: 2,
  lossPercent: 0,
  atMs: 1_700_000_000_000,
  codec: 'PCMU',
};

describe('quality log', () => {
  it('says nothing before the first sample', () => {
    expect(new QualityLog().describe()).toBeUndefined();
  });

  it('gives average, lowest and highest in the units of rtpengine', () => {
    const log = new QualityLog();
    log.cumulativeLoss = 12;
    log.add(good);
    log.add({ ...good, roundTripMs: 40, lossPercent: 10, jitterMs: 30 });
    const quality = log.describe()!;
    expect(quality['highest MOS']).toEqual({
      MOS: 44,
      'round-trip time': 20_000,
      'round-trip time leg': 8000,
      jitter: 2,
      'packet loss': 0,
      'reported at': 1_700_000_000,
    });
    expect(quality['lowest MOS']).toMatchObject({ 'packet loss': 10, jitter: 30 });
    expect(quality['lowest MOS'].MOS).toBeLessThan(35);
    expect(quality['average MOS']).toMatchObject({ samples: 2, 'round-trip time': 30_000, 'packet loss': 5 });
    expect(quality['cumulative loss']).toBe(12);
    expect(quality['MOS progression'].entries).toHaveLength(2);
  });

  it('stays small in a long call', () => {
    const log = new QualityLog();
    for (let i = 0; i < 10_000; i++) log.add({ ...good, atMs: good.atMs + 1000 * i });
    const quality = log.describe()!;
    expect(quality['average MOS'].samples).toBe(10_000);
    const { interval, entries } = quality['MOS progression'];
    expect(entries.length).toBeGreaterThanOrEqual(9);
    expect(entries.length).toBeLessThanOrEqual(11);
    expect(interval).toBeGreaterThan(900);
    expect(entries.map((entry) => entry['reported at'])).toEqual(
      entries.map((entry) => entry['reported at']).sort(),
    );
  });

  it('judges what is lost by the codec', () => {
    const scores = ['PCMU', 'opus'].map((codec) => {
      const log = new QualityLog();
      log.add({ ...good, lossPercent: 10, codec });
      return log.describe()?.['lowest MOS'].MOS ?? 0;
    });
    expect(scores[1]).toBeLessThan(scores[0]!);
  });
});
