import type { CallDetail } from '@ringback/contracts';
import { memo } from 'react';
import { Panel } from '../ui/panel.tsx';
import classes from './call.module.css';
import { LegFacts } from './leg-facts.tsx';

export const LegsPanel = memo(function LegsPanel({ call }: { call: CallDetail }) {
  return (
    <Panel title="Legs" flush>
      {call.legs.map((leg) => (
        <LegFacts key={leg.id} leg={leg} />
      ))}
      {call.legs.length === 0 && <p className={classes.leg}>No phone has been reached yet.</p>}
    </Panel>
  );
});
