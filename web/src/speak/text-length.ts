import { MAX_TEXT_LENGTH } from './default-text.ts';

const NEAR = MAX_TEXT_LENGTH * 0.9;

export interface TextLength {
  state: 'empty' | 'fine' | 'near' | 'over';
  words: string;
}

/** How much of the room for text is used, and what is left once that matters. */
export function textLength(text: string): TextLength {
  const count = text.length;
  const used = `${grouped(count)} of ${grouped(MAX_TEXT_LENGTH)} characters`;
  if (count > MAX_TEXT_LENGTH)
    return { state: 'over', words: `${used}: ${grouped(count - MAX_TEXT_LENGTH)} too many` };
  if (count >= NEAR) return { state: 'near', words: `${used}: ${grouped(MAX_TEXT_LENGTH - count)} left` };
  return { state: text.trim() === '' ? 'empty' : 'fine', words: used };
}

const grouped = (count: number) => count.toLocaleString('en');
