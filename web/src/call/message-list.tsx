import { Button, Skeleton, Stack } from '@mantine/core';
import type { SipMessageRecord } from '@ringback/contracts';
import { IconChevronRight, IconListSearch } from '@tabler/icons-react';
import { useId, useState } from 'react';
import { troubleOf } from '../api/problem-error.ts';
import { useMessages } from '../api/queries.ts';
import { EmptyNote } from '../ui/empty-note.tsx';
import { TroubleNote } from '../ui/trouble-note.tsx';
import classes from './call.module.css';

/** The call's SIP messages as they passed the SIP server, in wire order; each opens to its raw text. */
export function MessageList({ callId }: { callId: string }) {
  const messages = useMessages(callId);
  const list = messages.data;
  if (messages.isPending) {
    return (
      <Stack p="md" gap="xs" aria-label="Messages are loading">
        <Skeleton h={18} />
        <Skeleton h={18} />
        <Skeleton h={18} />
      </Stack>
    );
  }
  if (!list) return <TroubleNote m="md" trouble={troubleOf(messages.error)} />;
  const first = list[0];
  if (!first) {
    return (
      <EmptyNote icon={<IconListSearch size={28} stroke={1.4} aria-hidden />} title="No message captured">
        The SIP server mirrors every message to the capture; none of this call has come in. The dot in the
        corner tells whether the capture runs.
      </EmptyNote>
    );
  }
  return (
    <ol className={`${classes.messages} mono`} aria-label="SIP messages">
      {list.map((message) => (
        <Message key={message.id} message={message} firstUs={first.timeUs} />
      ))}
    </ol>
  );
}

function Message({ message, firstUs }: { message: SipMessageRecord; firstUs: number }) {
  const [open, setOpen] = useState(false);
  const rawId = useId();
  const { summary, direction, source, destination, transport, raw } = message;
  return (
    <li>
      <button
        type="button"
        className={classes.message}
        aria-expanded={open}
        aria-controls={rawId}
        onClick={() => setOpen(!open)}
      >
        <IconChevronRight size={14} aria-hidden />
        <span className={classes.dim}>+{((message.timeUs - firstUs) / 1e6).toFixed(3)}</span>
        <span className={classes.summary} data-kind={kindOf(message)} title={summary}>
          {summary}
        </span>
        <span className={classes.path} title={`${source} to ${destination}`}>
          {direction === 'in' ? `from ${source}` : `to ${destination}`}{' '}
          <span className={classes.narrow}>{transport}</span>
        </span>
        <span className={`${classes.dim} ${classes.transport}`}>{transport}</span>
      </button>
      {open && (
        <div id={rawId}>
          <pre className={`${classes.raw} mono`}>{raw}</pre>
          <CopyRaw raw={raw} />
        </div>
      )}
    </li>
  );
}

function CopyRaw({ raw }: { raw: string }) {
  const [copied, setCopied] = useState(false);
  // The clipboard belongs to secure origins; elsewhere the text is selected by hand.
  if (!navigator.clipboard) return null;
  const copy = async () => {
    await navigator.clipboard.writeText(raw);
    setCopied(true);
  };
  return (
    <Button size="compact-xs" variant="subtle" mx="md" mb="xs" onClick={() => void copy()}>
      {copied ? 'Copied' : 'Copy this message'}
    </Button>
  );
}

type MessageKind = 'request' | 'progress' | 'success' | 'failure';

function kindOf({ status }: SipMessageRecord): MessageKind {
  if (status === null) return 'request';
  // A challenge is part of every authenticated request, no failure (RFC 3261 22).
  if (status < 200 || status === 401 || status === 407) return 'progress';
  return status < 300 ? 'success' : 'failure';
}
