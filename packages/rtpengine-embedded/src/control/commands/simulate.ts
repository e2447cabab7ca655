import type { MediaOptions, SimulatedWay } from '@ringback/rtpengine-ng';
import type { Party } from '../../call/party.ts';
import { SimulatedNetwork } from '../../media/simulated-network.ts';
import type { CommandContext } from './command-context.ts';

/** Overtaken by two packets. */
const HELD_MS = 50;

/** Puts the bad network that an offer or answer asks for between its sender and us, or takes it away. */
export function simulateAsAsked(
  party: Party | undefined,
  { simulation }: MediaOptions,
  { clock, logger }: CommandContext,
): void {
  if (!simulation || !party) return;
  const network = (way: SimulatedWay, seed: number) =>
    way.lossPercent + way.delayMs + way.jitterMs + way.reorderPercent > 0
      ? new SimulatedNetwork(
          {
            lost: way.lossPercent / 100,
            reordered: way.reorderPercent / 100,
            heldMs: HELD_MS,
            delayMs: way.delayMs,
            jitterMs: way.jitterMs,
          },
          seed,
          clock,
        )
      : undefined;
  party.simulate('to us', network(simulation.from, simulation.from.seed));
  // Both ways of one seed shall not lose the same packets.
  party.simulate('from us', network(simulation.to, simulation.to.seed + 1));
  logger.warn({ tag: party.tag, simulation }, 'a bad network is simulated');
}
