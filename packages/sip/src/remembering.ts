/** Longer texts are rare, and are read anew. */
const maxLength = 256;

/**
 * The same function of a text, which remembers what it made of the last few hundred: one From value stands in every
 * message of a call and is looked at several times in each. For results that nobody changes.
 */
export function remembering<T>(read: (text: string) => T, size = 512): (text: string) => T {
  let recent = new Map<string, T>();
  let older = new Map<string, T>();
  return (text) => {
    if (text.length > maxLength) return read(text);
    const known = recent.get(text);
    if (known !== undefined) return known;
    const result = older.get(text) ?? read(text);
    if (recent.size >= size) {
      older = recent;
      recent = new Map();
    }
    recent.set(text, result);
    return result;
  };
}
