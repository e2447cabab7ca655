import { Button, Group } from '@mantine/core';
import type { CallDetail } from '@ringback/contracts';
import { IconPhoneOff } from '@tabler/icons-react';
import { troubleOf } from '../api/problem-error.ts';
import { useHangUp } from '../api/queries.ts';
import { isOver } from '../format/call-words.ts';
import { useLadderReading } from '../ladder/ladder-context.tsx';
import { CallDownloads } from '../sound/call-downloads.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { TroubleNote } from '../ui/trouble-note.tsx';
import { linkTo } from './link-to.ts';

/** What can be done with the call: its downloads, its address, its end. */
export function CallActions({ call }: { call: CallDetail }) {
  const { state, shown } = useLadderReading();
  const messageId = shown?.kind === 'message' && shown.id === state.selectedId ? shown.id : null;
  return (
    <Group gap={6}>
      <CallDownloads call={call} />
      <Button
        component="a"
        href={`/api/calls/${encodeURIComponent(call.id)}`}
        download={`${call.id}.json`}
        size="compact-sm"
        variant="default"
        aria-label="Download the record as JSON"
      >
        JSON
      </Button>
      <CopyButton text={() => linkTo(window.location.href, messageId)} label="Copy link" />
      {!isOver(call.status) && <HangUp id={call.id} />}
    </Group>
  );
}

function HangUp({ id }: { id: string }) {
  const hangUp = useHangUp();
  return (
    <>
      {hangUp.isError && <TroubleNote trouble={troubleOf(hangUp.error)} />}
      <Button
        variant="light"
        color="red"
        size="compact-sm"
        loading={hangUp.isPending}
        leftSection={<IconPhoneOff size={15} aria-hidden />}
        onClick={() => hangUp.mutate(id)}
      >
        End this call
      </Button>
    </>
  );
}
