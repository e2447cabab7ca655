import { Recent } from './recent.ts';

/** Longer texts are rare, and are read anew. */
const maxLength = 256;
const maxTexts = 1024;

/**
 * The same function of a text, which remembers what it made of the last few hundred: one From value stands in every
 * message of a call and is looked at several times in each. For results that nobody changes.
 */
export function remembering<T>(read: (text: string) => T): (text: string) => T {
  const results = new Recent<string, T>(maxTexts);
  return (text) => {
    if (text.length > maxLength) return read(text);
    const known = results.get(text);
    if (known !== undefined) return known;
    const result = read(text);
    results.set(text, result);
    return result;
  };
}
