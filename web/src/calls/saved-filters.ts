import { useLocalStorage } from '@mantine/hooks';

/** A filter under a name of the reader's own; `address` is what stands in the address bar. */
export interface SavedFilter {
  name: string;
  address: string;
}

const MOST = 30;

/** With that filter: in place of one that has its name, else at the end. */
export function withSaved(saved: readonly SavedFilter[], filter: SavedFilter): SavedFilter[] {
  const known = saved.some(({ name }) => name === filter.name);
  if (known) return saved.map((each) => (each.name === filter.name ? filter : each));
  return [...saved, filter].slice(-MOST);
}

/** What this browser keeps; whatever else stands in its storage counts as nothing. */
export function readSaved(text: string | undefined): SavedFilter[] {
  try {
    const value: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(value) ? value.filter(isSaved) : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

function isSaved(value: unknown): value is SavedFilter {
  const { name, address } = (value ?? {}) as Partial<SavedFilter>;
  return typeof name === 'string' && typeof address === 'string';
}

export function useSavedFilters() {
  const [saved, setSaved] = useLocalStorage<SavedFilter[]>({
    key: 'ringback-call-filters',
    defaultValue: [],
    getInitialValueInEffect: false,
    deserialize: readSaved,
  });
  return {
    saved,
    save: (filter: SavedFilter) => setSaved((before) => withSaved(before, filter)),
    forget: (name: string) => setSaved((before) => before.filter((each) => each.name !== name)),
  };
}
