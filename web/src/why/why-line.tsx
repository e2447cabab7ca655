import { Anchor } from '@mantine/core';
import type { CallDetail, Why } from '@ringback/contracts';
import { IconAlertCircle, IconInfoCircle } from '@tabler/icons-react';
import { FactList } from './fact-list.tsx';
import { referenceUrl } from './reference.ts';
import classes from './why.module.css';

/** Why the call ended as it did, what to do about it, and what proves it. Nothing while it goes on. */
export function WhyLine({ call }: { call: CallDetail }) {
  if (!call.end) return null;
  const { why } = call;
  // The end is told at once, its explanation a moment later.
  if (!why) return <p className={classes.sentence}>{call.end.sentence}</p>;
  const fault = why.remedy !== null;
  return (
    <section className={classes.why} aria-label="Why it ended" data-fault={fault} data-rule={why.rule}>
      {fault ? <IconAlertCircle size={18} aria-hidden /> : <IconInfoCircle size={18} aria-hidden />}
      <div className={classes.words}>
        <p className={classes.sentence}>
          <span className={classes.lead}>Why:</span> {why.sentence} <Reference why={why} />
        </p>
        {why.remedy && (
          <p className={classes.remedy}>
            <span className={classes.lead}>What to do:</span> {why.remedy}
          </p>
        )}
        <FactList facts={why.because} open={fault} />
      </div>
    </section>
  );
}

function Reference({ why: { reference } }: { why: Why }) {
  const url = referenceUrl(reference);
  if (url === null) return <span className={classes.reference}>{reference}</span>;
  return (
    <Anchor className={classes.reference!} href={url} target="_blank" rel="noreferrer">
      {reference}
    </Anchor>
  );
}
