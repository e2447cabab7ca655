import { type Gates, OPEN_GATES } from '../media/gates.ts';
import type { Party } from './party.ts';

/**
 * What may pass in one call: for everybody, and for each party by itself. A party's own gates stay as they are when the ones
 * for everybody open.
 */
export class CallGates {
  #everybody: Readonly<Gates> = OPEN_GATES;
  readonly #own = new Map<Party, Readonly<Gates>>();

  changeForAll(change: Partial<Gates>, parties: readonly Party[]): void {
    this.#everybody = { ...this.#everybody, ...change };
    for (const party of parties) this.apply(party);
  }

  change(change: Partial<Gates>, party: Party): void {
    this.#own.set(party, { ...(this.#own.get(party) ?? OPEN_GATES), ...change });
    this.apply(party);
  }

  /** Makes what was said before hold for a party that is new. */
  apply(party: Party): void {
    const own = this.#own.get(party) ?? OPEN_GATES;
    party.inlet.gate({
      blocked: own.blocked || this.#everybody.blocked,
      silenced: own.silenced || this.#everybody.silenced,
      dtmfBlocked: own.dtmfBlocked || this.#everybody.dtmfBlocked,
    });
  }

  forget(party: Party): void {
    this.#own.delete(party);
  }
}
