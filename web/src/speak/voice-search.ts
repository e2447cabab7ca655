import type { Voice } from '@ringback/contracts';
import { providerWord } from '../format/call-words.ts';
import { languageName } from './language-name.ts';

/** What the voices are narrowed to; an empty string asks for nothing. `label` is `accent=american`. */
export interface VoiceFilter {
  words: string;
  language: string;
  gender: string;
  provider: string;
  label: string;
}

export const ANY_VOICE: VoiceFilter = { words: '', language: '', gender: '', provider: '', label: '' };

/** These have a filter of their own. */
const OWN_FILTER = ['gender', 'language'];

export function matchingVoices(voices: readonly Voice[], filter: VoiceFilter): Voice[] {
  const words = filter.words.toLowerCase().split(/\s+/).filter(Boolean);
  const [name = '', value = ''] = filter.label.split('=');
  return voices.filter(
    (voice) =>
      (filter.language === '' || voice.language === filter.language) &&
      (filter.gender === '' || voice.labels.gender === filter.gender) &&
      (filter.provider === '' || voice.provider === filter.provider) &&
      (filter.label === '' || voice.labels[name] === value) &&
      has(describedBy(voice), words),
  );
}

/** Every word must be there: at the start of a word, so that "male" does not find "female". */
function has(described: readonly string[], words: readonly string[]): boolean {
  return words.every((word) => described.some((part) => part.startsWith(word)));
}

function describedBy({ name, language, labels, provider }: Voice): string[] {
  const facts = [name, language && `${language} ${languageName(language)}`, ...Object.values(labels)];
  return [...facts, providerWord(provider)].flatMap((fact) => fact?.toLowerCase().split(/[\s_,]+/) ?? []);
}

export interface FilterChoice {
  value: string;
  label: string;
}

export interface FilterChoices {
  languages: FilterChoice[];
  genders: FilterChoice[];
  providers: FilterChoice[];
  /** By the label's name. */
  labels: { group: string; items: FilterChoice[] }[];
}

/** What these voices can be narrowed to, each with how many there are. */
export function filterChoices(voices: readonly Voice[]): FilterChoices {
  const names = new Set(voices.flatMap(({ labels }) => Object.keys(labels)));
  return {
    languages: counted(voices.map(({ language }) => language).filter(isThere), languageName),
    genders: counted(voices.map(({ labels }) => labels.gender).filter(isThere)),
    providers: counted(
      voices.map(({ provider }) => provider),
      providerWord,
    ),
    labels: [...names]
      .filter((name) => !OWN_FILTER.includes(name))
      .sort()
      .map((name) => ({
        group: name.replaceAll('_', ' '),
        items: counted(voices.map(({ labels }) => labels[name]).filter(isThere)).map(({ value, label }) => ({
          value: `${name}=${value}`,
          label,
        })),
      })),
  };
}

/** Each value once, the most frequent first: `female (124)`. */
function counted<T extends string>(
  values: readonly T[],
  nameOf: (value: T) => string = plain,
): FilterChoice[] {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts]
    .sort(([a, many], [b, more]) => more - many || a.localeCompare(b))
    .map(([value, count]) => ({ value, label: `${nameOf(value)} (${count})` }));
}

const plain = (value: string) => value.replaceAll('_', ' ');

const isThere = (value: string | null | undefined): value is string => !!value;
