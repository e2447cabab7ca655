import { Button, Group } from '@mantine/core';
import { useMemo } from 'react';
import { exactTime } from '../format/time.ts';
import { CopyButton } from '../ui/copy-button.tsx';
import { useLadderReading } from './ladder-context.tsx';
import classes from './message.module.css';
import type { MessageRow } from './model/rows.ts';
import { highlight } from './sip/highlight.ts';

/** The message as it was on the wire, coloured by what its parts are. */
export function RawView({ row }: { row: MessageRow }) {
  const { state, input } = useLadderReading();
  const { raw, source, destination, transport, time } = row.message;
  const lines = useMemo(() => highlight(raw.replace(/\r\n/g, '\n').trimEnd()), [raw]);
  const waiting = state.compared.length === 1;
  const chosen = state.compared.includes(row.id);
  return (
    <>
      <p className={classes.way}>
        <span className="mono">
          {source} → {destination}
        </span>{' '}
        {transport} <time dateTime={time} title={exactTime(time)} />
      </p>
      <pre className={`${classes.raw} mono`}>
        {lines.map((tokens, line) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the lines of a message stay as they are
          <span key={line}>
            {tokens.map(({ kind, text }, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: so do their tokens
              <span key={index} data-token={kind}>
                <Marked text={text} query={state.query} />
              </span>
            ))}
            {'\n'}
          </span>
        ))}
      </pre>
      <Group gap={6} className={classes.tools}>
        <CopyButton text={() => raw} label="Copy message" />
        <Button size="compact-sm" variant="default" onClick={() => input({ kind: 'compare', id: row.id })}>
          {chosen ? 'Do not compare' : waiting ? 'Compare with the chosen one' : 'Compare…'}
        </Button>
      </Group>
      <p className={classes.hint}>
        {waiting
          ? 'Choose the second message in the ladder and press d.'
          : 'Press d on two messages to compare them.'}
      </p>
    </>
  );
}

/** What is searched for, where it stands. */
function Marked({ text, query }: { text: string; query: string | null }) {
  const at = query ? text.toLowerCase().indexOf(query.toLowerCase()) : -1;
  if (!query || at < 0) return text;
  return (
    <>
      {text.slice(0, at)}
      <mark>{text.slice(at, at + query.length)}</mark>
      <Marked text={text.slice(at + query.length)} query={query} />
    </>
  );
}
