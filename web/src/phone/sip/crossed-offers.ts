import type { UA } from 'jssip';

/** A client transaction of JsSIP, which gives it no type. */
interface ClientTransaction {
  readonly type: string;
  readonly request: { readonly call_id: string; readonly to: { hasParam(name: string): boolean } };
  readonly eventHandlers: { onReceiveResponse(response: { status_code: number }): void };
}

interface TransactionSource {
  on(type: 'newTransaction', listener: (event: { transaction: ClientTransaction }) => void): void;
}

/**
 * Tells of a re-INVITE of ours that met one of the other side and got 491 (RFC 3261 14.1). JsSIP itself would send its
 * old offer once more after exactly a second, when the other side may do the same, and hang up if they meet again.
 */
export function watchCrossedOffers(ua: UA, crossed: (callId: string) => void): void {
  (ua as unknown as TransactionSource).on('newTransaction', ({ transaction }) => {
    const { type, request, eventHandlers } = transaction;
    if (type !== 'ict' || !request.to.hasParam('tag')) return;
    const passOn = eventHandlers.onReceiveResponse;
    eventHandlers.onReceiveResponse = (response) => {
      if (response.status_code === 491) crossed(request.call_id);
      else passOn(response);
    };
  });
}

/** RFC 3261 14.1: whoever owns the Call-ID waits longer, so that the two do not meet again. `random` is below 1. */
export function waitAfterCrossingMs(ownsCallId: boolean, random: number): number {
  const [leastMs, mostMs] = ownsCallId ? [2100, 4000] : [0, 2000];
  return leastMs + Math.floor((random * (mostMs - leastMs)) / 10) * 10;
}
