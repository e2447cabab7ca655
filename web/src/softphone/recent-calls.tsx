import { Text } from '@mantine/core';
import type { Call, CallParty } from '@ringback/contracts';
import { IconPhoneIncoming, IconPhoneOutgoing } from '@tabler/icons-react';
import { useCalls } from '../api/queries.ts';
import { NO_FILTER } from '../calls/call-filter.ts';
import { isOver } from '../format/call-words.ts';
import { partyName } from '../format/party.ts';
import { numberOf } from '../phone/line-state.ts';
import { usePhone, usePhoneState } from '../phone/use-phone.ts';
import { Moment } from '../ui/moment.tsx';
import classes from './softphone.module.css';

const MOST_SHOWN = 4;

interface Recent {
  call: Call;
  other: CallParty;
  outgoing: boolean;
}

/** The last calls of this page's number; a click calls that party. */
export function RecentCalls() {
  const phone = usePhone();
  const { line } = usePhoneState();
  const calls = useCalls(NO_FILTER);
  const recent = recentOf(calls.data?.pages.flatMap((page) => page.calls) ?? [], numberOf(line));
  if (recent.length === 0) return null;
  return (
    <section aria-label="Recent calls">
      <Text size="xs" c="dimmed" fw={550} pb={4}>
        Recent
      </Text>
      <ul className={classes.recent}>
        {recent.map(({ call, other, outgoing }) => (
          <li key={call.id}>
            <button
              type="button"
              disabled={line.kind !== 'registered'}
              aria-label={`Call ${partyName(other)} again`}
              onClick={() => phone.dial(other.number)}
            >
              {outgoing ? (
                <IconPhoneOutgoing size={15} stroke={1.6} />
              ) : (
                <IconPhoneIncoming size={15} stroke={1.6} />
              )}
              <span>{partyName(other)}</span>
              <Text span size="xs" c="dimmed">
                <Moment iso={call.createdAt} as="ago" />
              </Text>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function recentOf(calls: readonly Call[], own: string | null): Recent[] {
  const seen = new Set<string>();
  const recent: Recent[] = [];
  for (const call of calls) {
    const outgoing = call.from.number === own;
    if (own === null || !isOver(call.status) || (!outgoing && call.to.number !== own)) continue;
    // Asked over REST: there is nobody to call back.
    if (call.text !== null) continue;
    const other = outgoing ? call.to : call.from;
    if (seen.has(other.number)) continue;
    seen.add(other.number);
    recent.push({ call, other, outgoing });
    if (recent.length === MOST_SHOWN) break;
  }
  return recent;
}
