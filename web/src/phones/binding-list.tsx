import { Button } from '@mantine/core';
import type { Binding, Subscriber } from '@ringback/contracts';
import { troubleOf } from '../api/problem-error.ts';
import { remaining } from '../format/time.ts';
import { TroubleNote } from '../ui/trouble-note.tsx';
import { useNow } from '../ui/use-now.ts';
import classes from './phones.module.css';
import { useEndBinding } from './use-subscribers.ts';

interface BindingListProps {
  id: string;
  subscriber: Subscriber;
  bindings: readonly Binding[];
}

/** The registered contacts of a number, each until it runs out. */
export function BindingList({ id, subscriber: { number, kind }, bindings }: BindingListProps) {
  const end = useEndBinding();
  const nowMs = useNow(1_000);
  if (bindings.length === 0) {
    return (
      <p className={classes.nobody} id={id}>
        {kind === 'subscriber'
          ? `No phone is registered as ${number}. Connect one from the menu at the right.`
          : `Nothing is registered as ${number}.`}
      </p>
    );
  }
  return (
    <>
      <ul className={classes.bindings} aria-label={`Registered as ${number}`} id={id}>
        {bindings.map((binding) => (
          <li key={binding.id}>
            <span className={classes.transport}>{binding.transport}</span>
            <span className="mono">{binding.remoteAddress}</span>
            <span>{binding.userAgent ?? 'unnamed phone'}</span>
            <span title={binding.expiresAt}>expires in {remaining(binding.expiresAt, nowMs)}</span>
            {kind !== 'voice' && (
              <Button
                variant="subtle"
                color="red"
                size="compact-xs"
                aria-label={`End the registration of ${binding.userAgent ?? 'the phone'} at ${binding.remoteAddress}`}
                loading={end.isPending && end.variables.id === binding.id}
                onClick={() => end.mutate({ number, id: binding.id })}
              >
                End
              </Button>
            )}
            <span className={classes.contact}>{binding.contact}</span>
          </li>
        ))}
      </ul>
      <p className={classes.nobody}>
        Ended by hand, a phone is called no more until it registers again, which it may do by itself.
        {kind === 'subscriber' && ' A new password keeps it out.'}
      </p>
      {end.isError && <TroubleNote trouble={troubleOf(end.error)} />}
    </>
  );
}
