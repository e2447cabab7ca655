import type { Subscriber, SubscriberBody, SubscriberSecret } from '@ringback/contracts';
import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query';
import { keys } from '../api/queries.ts';
import { request } from '../api/request.ts';

const pathOf = (number: string) => `/api/subscribers/${encodeURIComponent(number)}`;

function readAgain(client: QueryClient): void {
  void client.invalidateQueries({ queryKey: keys.subscribers });
  void client.invalidateQueries({ queryKey: keys.registrations });
}

/** A change of the subscribers; whatever came of it, the lists are read again. */
function useChange<Input, Result>(change: (input: Input) => Promise<Result>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: change, onSettled: () => readAgain(client) });
}

export function useCreateSubscriber() {
  return useChange((body: SubscriberBody) => request<SubscriberSecret>('POST', '/api/subscribers', body));
}

export function useNewPassword() {
  return useChange((number: string) => request<SubscriberSecret>('POST', `${pathOf(number)}/password`));
}

export function useRename() {
  return useChange(({ number, displayName }: { number: string; displayName: string | null }) =>
    request<Subscriber>('PATCH', pathOf(number), { displayName }),
  );
}

export function useDeleteSubscriber() {
  return useChange((number: string) => request<void>('DELETE', pathOf(number)));
}

export function useEndBinding() {
  return useChange(({ number, id }: { number: string; id: string }) =>
    request<void>('DELETE', `${pathOf(number)}/bindings/${encodeURIComponent(id)}`),
  );
}
