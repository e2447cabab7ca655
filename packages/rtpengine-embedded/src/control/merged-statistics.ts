import type { NgEngineStatistics } from '@ringback/rtpengine-ng';

/** As rtpengine writes a number that has a fraction. */
export function decimal(value: number): string {
  return value.toFixed(6);
}

/** What several media processes say of themselves, as one. */
export function mergedStatistics(parts: readonly NgEngineStatistics[]): NgEngineStatistics {
  const totals = parts.map(({ totalstatistics }) => totalstatistics);
  const mos = parts.map((part) => part.mos);
  const durationSec = decimalSum(totals.map(({ totalcallsduration }) => totalcallsduration));
  const mosTotal = decimalSum(mos.map(({ mos_total }) => mos_total));
  const managed = sumOf(totals, 'managedsessions');
  const samples = sumOf(mos, 'mos_samples_total');
  return {
    currentstatistics: summed(parts.map(({ currentstatistics }) => currentstatistics)),
    totalstatistics: {
      ...summed(totals),
      uptime: String(Math.max(0, ...totals.map(({ uptime }) => Number(uptime)))),
      totalcallsduration: decimal(durationSec),
      avgcallduration: decimal(managed > 0 ? durationSec / managed : 0),
    },
    mos: {
      mos_total: decimal(mosTotal),
      mos_samples_total: samples,
      mos_average: decimal(samples > 0 ? mosTotal / samples : 0),
    },
  };
}

/** Members that are numbers are added up; the others are as in the first. */
function summed<Section extends object>(sections: readonly Section[]): Section {
  const members = Object.entries(sections[0] ?? {}).map(([name, value]) => {
    return [name, typeof value === 'number' ? sumOf(sections, name as keyof Section) : value];
  });
  return Object.fromEntries(members) as Section;
}

function sumOf<Section>(sections: readonly Section[], name: keyof Section): number {
  return sections.reduce((sum, section) => sum + Number(section[name]), 0);
}

function decimalSum(values: readonly string[]): number {
  return values.reduce((sum, value) => sum + Number(value), 0);
}
