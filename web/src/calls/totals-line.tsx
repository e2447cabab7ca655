import { Skeleton } from '@mantine/core';
import { useCallTotals } from '../api/queries.ts';
import type { CallFilter } from './call-filter.ts';
import classes from './calls.module.css';
import { answeredShare, talkTime } from './totals.ts';

/** Of all calls that the filter lets through, not of those alone that are on the page. */
export function TotalsLine({ filter }: { filter: CallFilter }) {
  const { data: totals, isPending } = useCallTotals(filter);
  if (isPending) return <Skeleton h={40} w={360} maw="100%" aria-label="Totals are loading" />;
  if (!totals) return null;
  return (
    <dl className={classes.totals} aria-label="Totals">
      <Total name="Calls">{totals.calls.toLocaleString()}</Total>
      <Total name="Answered">{answeredShare(totals) ?? '–'}</Total>
      <Total name="Talked for">{talkTime(totals.talkMs)}</Total>
      <Total name="Mean MOS">{totals.mos?.toFixed(2) ?? '–'}</Total>
    </dl>
  );
}

function Total({ name, children }: { name: string; children: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
