import { describe, expect, it } from 'vitest';
import { claimNumber, type NumberLocks, type NumberMemory } from '../src/phone/page-number.ts';

/** A browser with several tabs: what they remember together, and who holds which number. */
class Browser {
  readonly known: string[] = [];
  readonly held = new Map<string, object>();

  tab(own: string | null = null): { memory: NumberMemory; locks: NumberLocks } {
    const tab = {};
    let mine = own;
    return {
      memory: {
        own: () => mine,
        known: () => [...this.known],
        keep: (number) => {
          mine = number;
          if (!this.known.includes(number)) this.known.push(number);
        },
        forget: (number) => {
          if (this.known.includes(number)) this.known.splice(this.known.indexOf(number), 1);
        },
      },
      locks: {
        take: (number) => {
          const holder = this.held.get(number);
          if (holder !== undefined && holder !== tab) return Promise.resolve(false);
          this.held.set(number, tab);
          return Promise.resolve(true);
        },
        release: (number) => {
          if (this.held.get(number) === tab) this.held.delete(number);
        },
      },
    };
  }
}

/** A network that knows some numbers and gives the next free one. */
function network(known: Set<string>, next = 2001) {
  let free = next;
  return (number: string | null) => {
    if (number !== null) return Promise.resolve(known.has(number) ? { number } : null);
    const given = String(free);
    free += 1;
    known.add(given);
    return Promise.resolve({ number: given });
  };
}

describe('the number of a page', () => {
  it('is a new one at the first visit, and another one in a second tab', async () => {
    const browser = new Browser();
    const issue = network(new Set());
    const first = browser.tab();
    const second = browser.tab();
    expect(await claimNumber(first.memory, first.locks, issue)).toEqual({ number: '2001' });
    expect(await claimNumber(second.memory, second.locks, issue)).toEqual({ number: '2002' });
  });

  it('stays across a reload, also beside other tabs', async () => {
    const browser = new Browser();
    browser.known.push('2001', '2002');
    const reloaded = browser.tab('2002');
    expect(await claimNumber(reloaded.memory, reloaded.locks, network(new Set(['2001', '2002'])))).toEqual({
      number: '2002',
    });
  });

  it('is taken over from a tab that was closed', async () => {
    const browser = new Browser();
    browser.known.push('2001', '2002');
    browser.held.set('2001', {});
    const tab = browser.tab();
    expect(await claimNumber(tab.memory, tab.locks, network(new Set(['2001', '2002']), 2003))).toEqual({
      number: '2002',
    });
  });

  it('is another one in a tab that was duplicated, own number and all', async () => {
    const browser = new Browser();
    browser.known.push('2001');
    browser.held.set('2001', {});
    const copy = browser.tab('2001');
    expect(await claimNumber(copy.memory, copy.locks, network(new Set(['2001']), 2002))).toEqual({
      number: '2002',
    });
  });

  it('is forgotten when the network does not know it any more', async () => {
    const browser = new Browser();
    browser.known.push('2007');
    const tab = browser.tab('2007');
    expect(await claimNumber(tab.memory, tab.locks, network(new Set()))).toEqual({ number: '2001' });
    expect(browser.known).toEqual(['2001']);
    expect(browser.held.has('2007')).toBe(false);
  });

  it('is free again for the next try when the network does not answer', async () => {
    const browser = new Browser();
    browser.known.push('2001');
    const tab = browser.tab('2001');
    await expect(claimNumber(tab.memory, tab.locks, () => Promise.reject(new Error('down')))).rejects.toThrow(
      'down',
    );
    expect(browser.held.size).toBe(0);
  });
});
