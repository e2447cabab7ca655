import { Text } from '@mantine/core';
import type { Call, CallParty } from '@ringback/contracts';
import { IconPhoneIncoming, IconPhoneOutgoing, IconPhoneX } from '@tabler/icons-react';
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
  /** It rang here and nobody answered. */
  missed: boolean;
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
        {recent.map(({ call, other, outgoing, missed }) => (
          <li key={call.id}>
            <button
              type="button"
              disabled={line.kind !== 'registered'}
              onClick={() => phone.dial(other.number)}
            >
              <WayIcon outgoing={outgoing} missed={missed} />
              <span>
                <span className="only-for-readers">Call </span>
                {partyName(other)}
                {missed && <span className={classes.missed}> missed</span>}
              </span>
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

function WayIcon({ outgoing, missed }: Pick<Recent, 'outgoing' | 'missed'>) {
  if (missed) return <IconPhoneX size={15} stroke={1.6} className={classes.missed ?? ''} aria-hidden />;
  if (outgoing) return <IconPhoneOutgoing size={15} stroke={1.6} aria-hidden />;
  return <IconPhoneIncoming size={15} stroke={1.6} aria-hidden />;
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
    recent.push({ call, other, outgoing, missed: !outgoing && call.answeredAt === null });
    if (recent.length === MOST_SHOWN) break;
  }
  return recent;
}
