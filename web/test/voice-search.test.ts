import type { Voice } from '@ringback/contracts';
import { describe, expect, it } from 'vitest';
import { ANY_VOICE, filterChoices, matchingVoices, type VoiceFilter } from '../src/speak/voice-search.ts';

const voice = (name: string, language: string | null, labels: Voice['labels'], builtin = false): Voice => ({
  id: name,
  name,
  provider: builtin ? 'builtin' : 'elevenlabs',
  language,
  labels,
  previewUrl: null,
});

const VOICES = [
  voice('Rachel', 'en', { gender: 'female', accent: 'american', use_case: 'narration' }),
  voice('Adam', 'en', { gender: 'male', accent: 'american', use_case: 'social_media' }),
  voice('Lucía', 'es', { gender: 'female', accent: 'castilian' }),
  voice('Built-in awb', 'en', { gender: 'male', accent: 'scottish' }, true),
];

const found = (filter: Partial<VoiceFilter>) =>
  matchingVoices(VOICES, { ...ANY_VOICE, ...filter }).map(({ name }) => name);

describe('voices', () => {
  it('are found by name, language, label and provider, each word of the search', () => {
    expect(found({})).toHaveLength(4);
    expect(found({ words: 'rach' })).toEqual(['Rachel']);
    expect(found({ words: 'spanish' })).toEqual(['Lucía']);
    expect(found({ words: 'American  media' })).toEqual(['Adam']);
    expect(found({ words: 'elevenlabs female' })).toEqual(['Rachel', 'Lucía']);
    expect(found({ words: 'klingon' })).toEqual([]);
  });

  it('that are male are not those that are female', () => {
    expect(found({ words: 'male' })).toEqual(['Adam', 'Built-in awb']);
  });

  it('are narrowed by filters, all of which have to hold', () => {
    expect(found({ gender: 'female' })).toEqual(['Rachel', 'Lucía']);
    expect(found({ language: 'en', gender: 'male', provider: 'elevenlabs' })).toEqual(['Adam']);
    expect(found({ label: 'accent=scottish' })).toEqual(['Built-in awb']);
    expect(found({ label: 'use_case=social_media', words: 'adam' })).toEqual(['Adam']);
  });

  it('offer what there is, the most frequent first, and nothing else', () => {
    const { languages, genders, providers, labels } = filterChoices(VOICES);
    expect(languages).toEqual([
      { value: 'en', label: 'English (3)' },
      { value: 'es', label: 'Spanish (1)' },
    ]);
    expect(genders.map(({ label }) => label)).toEqual(['female (2)', 'male (2)']);
    expect(providers.map(({ label }) => label)).toEqual(['ElevenLabs (3)', 'built-in (1)']);
    expect(labels.map(({ group }) => group)).toEqual(['accent', 'use case']);
    expect(labels[1]?.items).toContainEqual({ value: 'use_case=social_media', label: 'social media (1)' });
    expect(filterChoices([])).toEqual({ languages: [], genders: [], providers: [], labels: [] });
  });
});
