import { expect, it } from 'vitest';
import { linkTo } from '../src/call/link-to.ts';

const PAGE = 'http://localhost:3000/calls/c1';

it.each([
  ['the page alone, while nothing is selected', PAGE, null, PAGE],
  ['with the message that is selected', PAGE, 'm1', `${PAGE}?message=m1`],
  ['with another than the address names', `${PAGE}?message=m1`, 'm2', `${PAGE}?message=m2`],
  ['without what is no longer selected', `${PAGE}?message=m1`, null, PAGE],
])('a link leads to %s', (_what, address, messageId, expected) => {
  expect(linkTo(address, messageId)).toBe(expected);
});
