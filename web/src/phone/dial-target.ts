const LETTERS = {
  '2': 'ABC',
  '3': 'DEF',
  '4': 'GHI',
  '5': 'JKL',
  '6': 'MNO',
  '7': 'PQRS',
  '8': 'TUV',
  '9': 'WXYZ',
} as const;

export const PAD_KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'] as const;
export type PadKey = (typeof PAD_KEYS)[number];

/** The letters printed on a key (ITU-T E.161). */
export function lettersOf(key: PadKey): string {
  if (key === '0') return '+';
  return Object.hasOwn(LETTERS, key) ? LETTERS[key as keyof typeof LETTERS] : '';
}

export function isPadKey(key: string): key is PadKey {
  return (PAD_KEYS as readonly string[]).includes(key);
}

/**
 * What to dial for what was typed or pasted: a SIP URI gives its user part, and spaces, brackets and hyphens between
 * digits go. Null: nothing that the network could route (contracts: 1 to 64 of `A-Za-z0-9+*#._-`).
 */
export function dialTarget(typed: string): string | null {
  const text = typed.trim().replace(/^.*<|>.*$/g, '');
  const user = text.replace(/^(sips?|tel):/i, '').replace(/[@;?].*$/, '');
  const number = /^[+\d(][\d\s().\-/*#]*$/.test(user) ? user.replace(/[\s().\-/]/g, '') : user;
  return /^[A-Za-z0-9+*#._-]{1,64}$/.test(number) ? number : null;
}
