import { expect, it } from 'vitest';
import { RouteTable } from '../src/application/route-table.ts';

const application = (name: string, tags: string[] = []) => ({ name, tags, closed: false });

function dealt(routes: RouteTable<ReturnType<typeof application>>, times: number, tag?: string) {
  return Array.from({ length: times }, () => routes.next('invite', tag)?.name);
}

it('deals in turn, and forgets who is gone', () => {
  const [a, b] = [application('a'), application('b')];
  const routes = new RouteTable<typeof a>();
  for (const one of [a, b, a]) routes.add('invite', one);
  expect(dealt(routes, 3)).toEqual(['a', 'b', 'a']);
  routes.removeAll(a);
  expect(dealt(routes, 2)).toEqual(['b', 'b']);
  routes.remove('invite', b);
  expect(dealt(routes, 1)).toEqual([undefined]);
  expect(routes.next('bye')).toBeUndefined();
});

it('passes nobody over when another leaves', () => {
  const all = ['a', 'b', 'c'].map((name) => application(name));
  const routes = new RouteTable<(typeof all)[number]>();
  for (const one of all) routes.add('invite', one);
  expect(dealt(routes, 1)).toEqual(['a']);
  routes.remove('invite', all[0]!);
  expect(dealt(routes, 3)).toEqual(['b', 'c', 'b']);
});

it('leaves out a closed connection', () => {
  const [a, b] = [application('a'), application('b')];
  const routes = new RouteTable<typeof a>();
  for (const one of [a, b]) routes.add('invite', one);
  a.closed = true;
  expect(dealt(routes, 2)).toEqual(['b', 'b']);
});

it('deals among those with the tag', () => {
  const routes = new RouteTable<ReturnType<typeof application>>();
  const all = [application('a', ['x']), application('b', ['y']), application('c', ['x', 'y'])];
  for (const one of all) routes.add('invite', one);
  expect(dealt(routes, 3, 'x')).toEqual(['a', 'c', 'a']);
  expect(dealt(routes, 2, 'z')).toEqual([undefined, undefined]);
  expect(dealt(routes, 1)).toEqual(['b']);
});
