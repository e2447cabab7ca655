import type { Why } from '@ringback/contracts';
import { expect } from 'vitest';
import type { WhyNetwork } from './why-network.ts';

/** Rules that a real call was explained by, each as the test of its condition expected it. */
export const provoked = new Set<string>();

export function expectWhy(why: Why, rule: string, sentence: RegExp, reference: string): void {
  expect({ rule: why.rule, reference: why.reference, sentence: why.sentence }).toEqual({
    rule,
    reference,
    sentence: expect.stringMatching(sentence),
  });
  provoked.add(rule);
}

/** Lists and CSV tell of each call what its page has told. */
export async function expectRecordsToAgree(world: WhyNetwork): Promise<void> {
  const told = [...world.told].map(([id, { rule, sentence }]) => ({ id, rule, sentence }));
  expect(told.length).toBeGreaterThan(0);
  const listed = async () => {
    const records = await world.records();
    return told.map(({ id }) => ({ id, ...records.find((call) => call.id === id)?.explanation }));
  };
  // A list knows it a moment after the end.
  await expect.poll(listed, { timeout: 20_000 }).toEqual(told);
  const csv = await fetch(`${world.network.pageUrl}/api/calls?limit=1000`, {
    headers: { accept: 'text/csv' },
  });
  const lines = (await csv.text()).split('\r\n');
  for (const { id, rule, sentence } of told) {
    const quoted = sentence.includes(',') ? `"${sentence.replaceAll('"', '""')}"` : sentence;
    expect(lines.find((line) => line.startsWith(id))).toMatch(new RegExp(`,${escaped(quoted)},.*,${rule}$`));
  }
}

const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
