import { describe, expect, it } from 'vitest';
import { inputOfKey, KEY_WORDS } from '../../src/ladder/model/ladder-keys.ts';
import { type LadderState, ladderStart, stepLadder } from '../../src/ladder/model/ladder-state.ts';
import { ladderOf } from '../../src/ladder/model/rows.ts';
import { spoken } from './spoken-call.ts';

const { rows } = ladderOf(spoken.call, spoken.messages, new Set(), []);
const ids = rows.map(({ id }) => id);
const messageIds = rows.filter(({ kind }) => kind === 'message').map(({ id }) => id);

function pressed(keys: string, from: LadderState = ladderStart(null)): LadderState {
  return keys.split(' ').reduce((state, key) => {
    const input = inputOfKey(key === 'Space' ? ' ' : key);
    return input ? stepLadder(state, input, rows) : state;
  }, from);
}

describe('the keys of the ladder', () => {
  it('go up and down and stay within', () => {
    expect(pressed('ArrowDown').selectedId).toBe(ids[0]);
    expect(pressed('ArrowDown ArrowDown ArrowUp ArrowUp ArrowUp').selectedId).toBe(ids[0]);
    expect(pressed('End ArrowDown').selectedId).toBe(ids.at(-1));
    expect(pressed('End Home').selectedId).toBe(ids[0]);
  });

  it('compare two messages, and a third one anew', () => {
    const [a, b, c] = messageIds as [string, string, string];
    const at = (id: string, state = ladderStart(null)) => pressed('d', { ...state, selectedId: id });
    const both = at(b, at(a));
    expect(both).toMatchObject({ compared: [a, b], view: 'difference' });
    expect(at(c, both)).toMatchObject({ compared: [c], view: 'raw' });
    expect(at(a, at(a)).compared).toEqual([]);
    expect(pressed('Escape', both)).toMatchObject({ compared: [], view: 'raw' });
  });

  it('do not compare what is no message', () => {
    expect(pressed('d', { ...ladderStart(null), selectedId: 'media' }).compared).toEqual([]);
  });

  it('change between the message and its session description, and between the times', () => {
    expect(pressed('s').view).toBe('sdp');
    expect(pressed('s s').view).toBe('raw');
    expect(['t', 't t', 't t t'].map((keys) => pressed(keys).times)).toEqual([
      'delta',
      'absolute',
      'relative',
    ]);
  });

  it('search, and go from match to match around', () => {
    const search = stepLadder(ladderStart(null), { kind: 'search', query: 'proxy-authenticate' }, rows);
    const found = rows.find(({ id }) => id === search.selectedId);
    expect(found).toMatchObject({ kind: 'message', label: '407 Proxy Authentication Required' });
    expect(pressed('n', search).selectedId).toBe(search.selectedId);
    const byes = stepLadder(search, { kind: 'search', query: 'BYE sip' }, rows);
    expect(pressed('n n', byes).selectedId).toBe(byes.selectedId);
    expect(pressed('n', byes).selectedId).not.toBe(byes.selectedId);
    expect(stepLadder(byes, { kind: 'search', query: 'nowhere' }, rows).selectedId).toBe(byes.selectedId);
  });

  it('leave others to the browser, and are all explained', () => {
    expect(inputOfKey('Tab')).toBeNull();
    const help = KEY_WORDS.flatMap(([, ...keys]) => keys);
    for (const key of ['d', 's', '/', '?', 't', 'n']) expect(help).toContain(key);
  });
});
