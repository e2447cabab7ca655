import { SegmentedControl, Skeleton } from '@mantine/core';
import type { CallDetail, Leg } from '@ringback/contracts';
import { lazy, memo, Suspense, useState } from 'react';
import { useQuality } from '../api/heard-queries.ts';
import { troubleOf } from '../api/problem-error.ts';
import { isOver } from '../format/call-words.ts';
import { partyName } from '../format/party.ts';
import { Panel } from '../ui/panel.tsx';
import { TroubleNote } from '../ui/trouble-note.tsx';
import { DirectionFacts } from './direction-facts.tsx';
import classes from './quality.module.css';
import type { Role } from './quality-points.ts';
import { QualityTable } from './quality-table.tsx';

const QualityCharts = lazy(() => import('./quality-charts.tsx'));

type View = 'graphs' | 'table';

/** How the call sounded over time in both directions. */
export const QualityPanel = memo(function QualityPanel({ call }: { call: CallDetail }) {
  const [view, setView] = useState<View>('graphs');
  const quality = useQuality(call.id);
  const points = quality.data ?? [];
  const senders = sendersOf(call);
  const choice = points.length > 0 && (
    <SegmentedControl
      size="xs"
      aria-label="Quality as"
      value={view}
      onChange={(value) => setView(value as View)}
      data={[
        { value: 'graphs', label: 'Graphs' },
        { value: 'table', label: 'Table' },
      ]}
    />
  );
  return (
    <Panel title="Quality" aside={choice}>
      <div className={classes.quality}>
        {quality.isError && <TroubleNote trouble={troubleOf(quality.error)} />}
        {senders.map((leg) => (
          <DirectionFacts key={leg.id} leg={leg} points={points} />
        ))}
        {quality.isPending && <Skeleton h={120} />}
        {quality.isSuccess && points.length === 0 && <p className={classes.note}>{whyNothing(call)}</p>}
        {points.length > 0 && view === 'graphs' && (
          <Suspense fallback={<Skeleton h={240} />}>
            <QualityCharts call={call} points={points} names={namesOf(senders)} />
          </Suspense>
        )}
        {points.length > 0 && view === 'table' && (
          <QualityTable beganAt={call.createdAt} points={points} names={namesOf(senders)} />
        )}
      </div>
    </Panel>
  );
});

/** The caller, and who answered: nobody else sends. */
function sendersOf({ legs }: CallDetail): Leg[] {
  const caller = legs.find(({ role, answeredAt }) => role === 'caller' && answeredAt !== null);
  const callee = legs.find(({ role, answeredAt }) => role === 'callee' && answeredAt !== null);
  return [caller, callee].filter((leg) => leg !== undefined);
}

function namesOf(legs: readonly Leg[]): Record<Role, string> {
  const name = (role: Role) => {
    const leg = legs.find((each) => each.role === role);
    return leg ? partyName(leg) : role;
  };
  return { caller: name('caller'), callee: name('callee') };
}

function whyNothing({ answeredAt, status }: CallDetail): string {
  if (answeredAt === null)
    return isOver(status)
      ? 'Nobody answered, so no sound has flowed.'
      : 'Quality is measured from the answer on.';
  return isOver(status)
    ? 'The call was over before a second of it could be measured.'
    : 'The first second is being measured.';
}
