import type { Voice } from '@ringback/contracts';
import { useEffect } from 'react';
import { type Trouble, troubleOf } from '../api/problem-error.ts';
import { useVoices } from '../api/queries.ts';

/** 5,000 voices: more than anybody's account has, and no endless reading. */
const MOST_PAGES = 50;

export interface AllVoices {
  voices: readonly Voice[];
  /** There are more, which are on their way. */
  reading: boolean;
  pending: boolean;
  /** Why the account's voices are missing; the built-in ones are there nevertheless. */
  trouble: Trouble | null;
}

const NONE: readonly Voice[] = [];

/** The first page at once, every other one from the moment they are wanted, page after page. */
export function useAllVoices(wanted: boolean): AllVoices {
  const account = useVoices('');
  const builtin = useVoices('builtin', account.isError);
  const { hasNextPage, isFetchingNextPage, isError, fetchNextPage } = account;
  const pages = account.data?.pages.length ?? 0;
  const reading = hasNextPage && !isError && pages < MOST_PAGES;
  useEffect(() => {
    if (wanted && reading && !isFetchingNextPage) void fetchNextPage();
  }, [wanted, reading, isFetchingNextPage, fetchNextPage]);
  const read = account.data?.pages.flatMap((page) => page.voices) ?? NONE;
  return {
    voices: [...read, ...(isError ? (builtin.data?.pages.flatMap((page) => page.voices) ?? NONE) : NONE)],
    reading,
    pending: account.isPending || (isError && builtin.isPending),
    trouble: isError ? troubleOf(account.error) : null,
  };
}
