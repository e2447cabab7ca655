import { Group, SegmentedControl } from '@mantine/core';
import { memo } from 'react';
import { Panel } from '../ui/panel.tsx';
import { DifferenceView } from './difference-view.tsx';
import { EventView, MediaView } from './happening-view.tsx';
import { useLadderReading } from './ladder-context.tsx';
import { MESSAGE_ID } from './ladder-focus.ts';
import classes from './message.module.css';
import type { MessageView } from './model/ladder-state.ts';
import type { LadderRow, MessageRow } from './model/rows.ts';
import { RawView } from './raw-view.tsx';
import { SdpView } from './sdp-view.tsx';

/** What the ladder's selected row is made of: the message on the wire, its SDP, or how two messages differ. */
export const MessagePanel = memo(function MessagePanel() {
  const { state, shown } = useLadderReading();
  return (
    <Panel title="Message" flush aside={shown?.kind === 'message' ? <Views row={shown} /> : null}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long messages scroll, by keyboard too */}
      <section id={MESSAGE_ID} className={classes.panel} tabIndex={0} aria-label="Selected message">
        {state.view === 'difference' ? <DifferenceView /> : shown ? <Shown row={shown} /> : <Nothing />}
      </section>
    </Panel>
  );
});

function Views({ row }: { row: MessageRow }) {
  const { state, input } = useLadderReading();
  const both = state.compared.length === 2;
  const data: { value: MessageView; label: string; disabled?: boolean }[] = [
    { value: 'raw', label: 'raw' },
    { value: 'sdp', label: 'sdp', disabled: !row.sdp && state.view !== 'sdp' },
    ...(both ? [{ value: 'difference', label: 'difference' } as const] : []),
  ];
  return (
    <Group gap={6}>
      <SegmentedControl
        size="xs"
        aria-label="View of the message"
        data={data}
        value={state.view}
        onChange={(view) => input({ kind: 'view', view: view as MessageView })}
      />
    </Group>
  );
}

function Shown({ row }: { row: LadderRow }) {
  const { state } = useLadderReading();
  switch (row.kind) {
    case 'message':
      return state.view === 'sdp' ? <SdpView row={row} /> : <RawView row={row} />;
    case 'event':
      return <EventView row={row} />;
    case 'media':
      return <MediaView row={row} />;
    default:
      return row satisfies never;
  }
}

function Nothing() {
  return <p className={classes.hint}>Nothing to show yet.</p>;
}
