import type { BusCommands } from '@ringback/contracts';
import { BusError } from '@ringback/runtime';
import { MediaError } from '../media/media-server.ts';
import type { ActiveCalls } from './active-calls.ts';

type Order = BusCommands['call.record'];

/** Begins, or pauses, the recording of a call that is up. @throws BusError */
export async function recordCall(
  active: Pick<ActiveCalls, 'setRecording'>,
  mediaIsOurs: boolean,
  { callId, on }: Order[0],
): Promise<Order[1]> {
  if (!mediaIsOurs)
    throw new BusError('refused', 'an external media server records by its own settings only');
  try {
    if (await active.setRecording(callId, on)) return { on };
  } catch (error) {
    if (!(error instanceof MediaError)) throw error;
    throw new BusError(error.code === 'refused' ? 'refused' : 'unavailable', error.message);
  }
  throw new BusError('not-found', 'no such call is up');
}
