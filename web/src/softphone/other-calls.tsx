import { Button } from '@mantine/core';
import { IconPhone, IconPhoneOff } from '@tabler/icons-react';
import type { CallState } from '../phone/call-state.ts';
import { isTalking, otherCalls, type PhoneCall } from '../phone/calls-state.ts';
import { usePhone, usePhoneState } from '../phone/use-phone.ts';
import { GREEN, RED } from './call-colors.ts';
import { CallTimer } from './call-timer.tsx';
import { holdWords, nameOf, progressWords } from './call-words.ts';
import classes from './softphone.module.css';

/** The calls beside the one that is shown: those on hold, and those that wait to be answered. */
export function OtherCalls() {
  const { calls } = usePhoneState();
  const others = otherCalls(calls);
  if (others.length === 0) return null;
  const talking = calls.some(({ call }) => isTalking(call));
  return (
    <ul className={classes.others} aria-label="Other calls">
      {others.map((one) => (
        <OtherCall key={one.id} one={one} talking={talking} />
      ))}
    </ul>
  );
}

function OtherCall({ one: { id, call }, talking }: { one: PhoneCall; talking: boolean }) {
  if (call.kind === 'idle' || call.kind === 'ended') return null;
  return (
    <li className={classes.other} data-kind={call.kind} aria-label={`Call with ${nameOf(call.peer)}`}>
      <span>
        <span className={classes.otherName}>{nameOf(call.peer)}</span> {wordsOf(call)}
        {call.kind === 'active' && (
          <>
            {' · '}
            <CallTimer sinceMs={call.answeredAtMs} />
          </>
        )}
      </span>
      <div className={classes.otherButtons}>
        {call.kind === 'incoming' ? <Waiting id={id} talking={talking} /> : null}
        {call.kind === 'active' ? <Aside id={id} swaps={talking} /> : null}
        {call.kind === 'dialing' ? <HangUp id={id} /> : null}
      </div>
    </li>
  );
}

function wordsOf(call: Exclude<CallState, { kind: 'idle' | 'ended' }>): string {
  if (call.kind === 'incoming') return 'is calling';
  if (call.kind === 'active') return holdWords(call.hold, call.peer) ?? 'in call';
  return progressWords(call);
}

function Waiting({ id, talking }: { id: string; talking: boolean }) {
  const phone = usePhone();
  return (
    <>
      <Button
        size="xs"
        color={GREEN}
        leftSection={<IconPhone size={14} aria-hidden />}
        title={talking ? 'The call that is up goes on hold' : undefined}
        onClick={() => phone.toCall(id, { kind: 'answer', sound: 'microphone', automatic: false })}
      >
        {talking ? 'Hold and answer' : 'Answer'}
      </Button>
      <Button size="xs" variant="default" onClick={() => phone.toCall(id, { kind: 'reject', as: 'busy' })}>
        Busy
      </Button>
      <Button size="xs" variant="default" onClick={() => phone.toCall(id, { kind: 'reject', as: 'decline' })}>
        Reject
      </Button>
    </>
  );
}

function Aside({ id, swaps }: { id: string; swaps: boolean }) {
  const phone = usePhone();
  return (
    <>
      <Button size="xs" variant="default" onClick={() => phone.toCall(id, { kind: 'hold', on: false })}>
        {swaps ? 'Swap' : 'Resume'}
      </Button>
      <HangUp id={id} />
    </>
  );
}

function HangUp({ id }: { id: string }) {
  const phone = usePhone();
  return (
    <Button
      size="xs"
      color={RED}
      leftSection={<IconPhoneOff size={14} aria-hidden />}
      onClick={() => phone.toCall(id, { kind: 'hang-up' })}
    >
      End
    </Button>
  );
}
