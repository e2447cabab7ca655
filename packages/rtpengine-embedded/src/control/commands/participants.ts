import type { Selector } from '@ringback/rtpengine-ng';
import type { Call } from '../../call/call.ts';
import type { Party } from '../../call/party.ts';
import { Refusal } from '../refusal.ts';

/** The parties that a command means; none when it names nobody. Throws Refusal when it names somebody who is not there. */
export function participants(call: Call, who: Selector): readonly Party[] {
  switch (who.by) {
    case 'nobody':
      return [];
    case 'all':
      return call.parties;
    case 'tag':
      return [only(call.party(who.tag), 'From-tag given, but no such tag exists')];
    case 'label':
      return [only(withLabel(call, who.label), 'No monologue matching the given label')];
    case 'address':
      return [only(at(call, who.address), 'No monologue matching the given address')];
    default:
      return who satisfies never;
  }
}

const withLabel = (call: Call, label: string) => call.parties.find((party) => party.label === label);
const at = (call: Call, address: string) =>
  call.parties.find(({ remote }) => remote?.audio.address === address);

function only(party: Party | undefined, otherwise: string): Party {
  if (!party) throw new Refusal(otherwise);
  return party;
}
