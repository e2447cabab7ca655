import type { QualityHistory, RecordingState } from '@ringback/contracts';
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { joinedPoints } from '../quality/quality-points.ts';
import { keys } from './queries.ts';
import { request } from './request.ts';

const path = (id: string, what: string) => `/api/calls/${encodeURIComponent(id)}/${what}`;

const qualityQuery = (id: string) =>
  queryOptions({
    queryKey: keys.quality(id),
    queryFn: async ({ signal, client }) => {
      const { points } = await request<QualityHistory>('GET', path(id, 'quality'), undefined, signal);
      // What the stream told while this was being read is in neither alone.
      return joinedPoints(points, client.getQueryData<QualityHistory['points']>(keys.quality(id)) ?? []);
    },
  });

/** How the call sounded, second by second; live while it is up. */
export function useQuality(id: string) {
  return useQuery(qualityQuery(id));
}

export function useRecording(id: string) {
  return useQuery({
    queryKey: keys.recording(id),
    queryFn: async ({ signal }) =>
      (await request<RecordingState>('GET', path(id, 'recording'), undefined, signal)).recording,
  });
}

/** Begins, goes on with, or pauses the recording of a call that is up. */
export function useSetRecording(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (on: boolean) => request<RecordingState>('PUT', path(id, 'recording'), { on }),
    onSuccess: ({ recording }) => client.setQueryData(keys.recording(id), recording),
  });
}

export const soundPath = (id: string) => path(id, 'recording.wav');
export const capturePath = (id: string) => path(id, 'capture.pcap');
