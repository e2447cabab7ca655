import { expect, it } from 'vitest';
import { Turns } from '../src/transport/turns.ts';

it('gives one turn of the event loop to each, in order, and lets others in between', async () => {
  const turns = new Turns();
  const done: string[] = [];
  const others = () => {
    done.push('packets');
    if (done.length < 8) setImmediate(others);
  };
  setImmediate(others);
  await Promise.all(['first', 'second', 'third'].map((name) => turns.next().then(() => done.push(name))));
  const places = ['first', 'second', 'third'].map((name) => done.indexOf(name));
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(places.every((place, i) => i === 0 || place > (places[i - 1] ?? 0) + 1)).toBe(true);
});
