import type { CallDetail } from '@ringback/contracts';
import { memo } from 'react';
import { providerWord } from '../format/call-words.ts';
import { length, offset } from '../format/duration.ts';
import { exactTime } from '../format/time.ts';
import { Panel } from '../ui/panel.tsx';
import classes from './call.module.css';
import { Fact } from './fact.tsx';

export const FactsPanel = memo(function FactsPanel({ call }: { call: CallDetail }) {
  return (
    <Panel title="Facts">
      {call.text && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a long text scrolls, by keyboard too
        <blockquote className={classes.spoken} tabIndex={0} aria-label="The text to speak">
          {call.text}
        </blockquote>
      )}
      <dl className={classes.facts}>
        <Fact name="Started">{exactTime(call.createdAt)}</Fact>
        <Fact name="Rang after">{call.ringingAt && offset(call.createdAt, call.ringingAt)}</Fact>
        <Fact name="Answered after">{call.answeredAt && offset(call.createdAt, call.answeredAt)}</Fact>
        <Fact name="Talked for">{call.durationMs === null ? null : length(call.durationMs)}</Fact>
        <Fact name="SIP status, Q.850 cause">
          {call.end && `${call.end.sipStatus}, ${call.end.q850Cause}`}
        </Fact>
        <Fact name="Spoken by">
          {call.speechProvider &&
            [providerWord(call.speechProvider), call.voiceId].filter(Boolean).join(' · ')}
        </Fact>
        <Fact name="Call id" wide>
          <span className="mono">{call.id}</span>
        </Fact>
      </dl>
    </Panel>
  );
});
