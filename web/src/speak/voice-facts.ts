import type { Voice } from '@ringback/contracts';

/** `en-US · female · calm`: language and labels, each once. */
export function voiceFacts({ language, labels }: Voice): string {
  const facts = [language, ...Object.values(labels)].filter((fact): fact is string => !!fact);
  return [...new Set(facts)].join(' · ');
}
