import type {
  CallAccepted,
  CallBody,
  CallDetail,
  CallPage,
  CallTotals,
  Health,
  MessageList,
  NetworkSettings,
  RegistrationList,
  SipMessageRecord,
  SpeechBody,
  SpeechFile,
  SubscriberList,
  VoicePage,
} from '@ringback/contracts';
import {
  keepPreviousData,
  queryOptions,
  useInfiniteQuery,
  useMutation,
  useQueries,
  useQuery,
} from '@tanstack/react-query';
import { apiQuery, type CallFilter } from '../calls/call-filter.ts';
import { mergedDetail, withMessages } from '../events/cache-patches.ts';
import { request, withQuery } from './request.ts';

export const keys = {
  health: ['health'],
  subscribers: ['subscribers'],
  registrations: ['registrations'],
  allCalls: ['calls'],
  calls: (filter: CallFilter) => ['calls', filter] as const,
  allTotals: ['totals'],
  totals: (filter: CallFilter) => ['totals', filter] as const,
  settings: ['settings'],
  allDetails: ['call'],
  call: (id: string) => ['call', id] as const,
  allMessages: ['messages'],
  messages: (id: string) => ['messages', id] as const,
  allQuality: ['quality'],
  quality: (id: string) => ['quality', id] as const,
  allRecordings: ['recording'],
  recording: (id: string) => ['recording', id] as const,
  voices: (provider: string) => ['voices', provider] as const,
} as const;

const HEALTH_EVERY_MS = 10_000;

export function useHealth() {
  return useQuery({
    queryKey: keys.health,
    queryFn: ({ signal }) => request<Health>('GET', '/api/health', undefined, signal),
    refetchInterval: HEALTH_EVERY_MS,
    // No answer is an answer here, and the next question comes soon.
    retry: false,
  });
}

export function useSubscribers() {
  return useQuery({
    queryKey: keys.subscribers,
    queryFn: async ({ signal }) =>
      (await request<SubscriberList>('GET', '/api/subscribers', undefined, signal)).subscribers,
  });
}

export function useRegistrations() {
  return useQuery({
    queryKey: keys.registrations,
    queryFn: async ({ signal }) =>
      (await request<RegistrationList>('GET', '/api/registrations', undefined, signal)).registrations,
  });
}

/** Voices of the account and the built-in ones, or the built-in ones alone. */
export function useVoices(provider: '' | 'builtin', enabled = true) {
  return useInfiniteQuery({
    queryKey: keys.voices(provider),
    queryFn: ({ pageParam, signal }) =>
      request<VoicePage>('GET', withQuery('/api/voices', { provider, cursor: pageParam }), undefined, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    staleTime: 60_000,
    enabled,
  });
}

const callsPath = (filter: CallFilter, what: string, cursor: string | null = null) =>
  withQuery(`/api/calls${what}`, { ...apiQuery(filter, Date.now()), cursor });

/** Where all the calls of a filter are had as a file. */
export function downloadPath(format: 'csv' | 'json', filter: CallFilter): string {
  return callsPath(filter, `.${format}`);
}

export function useCalls(filter: CallFilter) {
  return useInfiniteQuery({
    queryKey: keys.calls(filter),
    queryFn: ({ pageParam, signal }) =>
      request<CallPage>('GET', callsPath(filter, '', pageParam), undefined, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
  });
}

export function useCallTotals(filter: CallFilter) {
  return useQuery({
    queryKey: keys.totals(filter),
    queryFn: ({ signal }) => request<CallTotals>('GET', callsPath(filter, '/totals'), undefined, signal),
    placeholderData: keepPreviousData,
  });
}

export function useSettings() {
  return useQuery({
    queryKey: keys.settings,
    queryFn: ({ signal }) => request<NetworkSettings>('GET', '/api/settings', undefined, signal),
    // They change with a restart alone, and the page reads everything again after one.
    staleTime: Number.POSITIVE_INFINITY,
  });
}

const callQuery = (id: string) =>
  queryOptions({
    queryKey: keys.call(id),
    queryFn: async ({ signal, client }) => {
      const read = await request<CallDetail>(
        'GET',
        `/api/calls/${encodeURIComponent(id)}`,
        undefined,
        signal,
      );
      return mergedDetail(client.getQueryData<CallDetail>(keys.call(id)), read);
    },
  });

export function useCall(id: string) {
  return useQuery(callQuery(id));
}

/** Those of the calls that have been read. */
export function useCallDetails(ids: readonly string[]): CallDetail[] {
  return useQueries({ queries: ids.map(callQuery), combine: readOnes });
}

function readOnes(results: { data?: CallDetail | undefined }[]): CallDetail[] {
  return results.flatMap(({ data }) => data ?? []);
}

export function useMessages(id: string) {
  return useQuery({
    queryKey: keys.messages(id),
    queryFn: async ({ signal, client }) => {
      const path = `/api/calls/${encodeURIComponent(id)}/messages`;
      const { messages } = await request<MessageList>('GET', path, undefined, signal);
      // The stream may have told more meanwhile, and what is known already stays the same object.
      return withMessages(client.getQueryData<SipMessageRecord[]>(keys.messages(id)) ?? [], messages);
    },
    // A message never changes: there is nothing to compare in depth, five hundred times.
    structuralSharing: false,
  });
}

export function useSpeech() {
  return useMutation({ mutationFn: (body: SpeechBody) => request<SpeechFile>('POST', '/api/speech', body) });
}

export function usePlaceCall() {
  return useMutation({ mutationFn: (body: CallBody) => request<CallAccepted>('POST', '/api/calls', body) });
}

export function useHangUp() {
  return useMutation({
    mutationFn: (id: string) => request<unknown>('DELETE', `/api/calls/${encodeURIComponent(id)}`),
  });
}
