import type { Timing } from '@ringback/sip';
import type { Clock } from '../clock.ts';

/** What every transaction of this server shares. */
export interface TransactionEnvironment {
  clock: Clock;
  timing: Timing;
}
