import { randomInt } from 'node:crypto';

const CONSONANTS = 'bdfgklmnprstvz';
const VOWELS = 'aeiou';

/** A password that can be read off a screen and typed into a phone: `kufa-lomi-reba-42`, 43 bits. */
export function readablePassword(): string {
  const words = [0, 1, 2].map(() => syllable() + syllable());
  return `${words.join('-')}-${randomInt(10, 100)}`;
}

function syllable(): string {
  return `${CONSONANTS[randomInt(CONSONANTS.length)]}${VOWELS[randomInt(VOWELS.length)]}`;
}
