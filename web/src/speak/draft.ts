import { useSessionStorage } from '@mantine/hooks';
import type { Voice } from '@ringback/contracts';
import { DEFAULT_CALLER, DEFAULT_TEXT } from './default-text.ts';

/** One thing the user has written or chosen: still there after a look at another page or a reload. */
function useKept<T>(key: string, defaultValue: T) {
  return useSessionStorage<T>({ key: `ringback-draft-${key}`, defaultValue, getInitialValueInEffect: false });
}

export function useDraft() {
  const [text, setText] = useKept('text', DEFAULT_TEXT);
  const [caller, setCaller] = useKept('caller', DEFAULT_CALLER);
  const [voice, setVoice] = useKept<Voice | null>('voice', null);
  return { text, setText, caller, setCaller, voice, setVoice };
}
