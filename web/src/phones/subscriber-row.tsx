import type { Subscriber } from '@ringback/contracts';
import { Moment } from '../ui/moment.tsx';
import { StateMark } from '../ui/state-mark.tsx';
import type { PhoneRow } from './phone-rows.ts';
import classes from './phones.module.css';

const KIND_WORDS = {
  subscriber: 'phone with a password',
  page: 'browser page',
  voice: 'voice of Ringback',
} satisfies Record<Subscriber['kind'], string>;

/** A number with everything that rings when it is called. */
export function SubscriberRow({ row: { subscriber, bindings }, own }: { row: PhoneRow; own: boolean }) {
  const { number, displayName, kind, online } = subscriber;
  return (
    <article className={classes.row} aria-label={`Number ${number}`}>
      <div className={classes.head}>
        <span className={classes.number}>{number}</span>
        {displayName && !displayName.includes(number) && <span>{displayName}</span>}
        <span className={classes.kind}>{own ? 'this page' : KIND_WORDS[kind]}</span>
        <StateMark tone={online ? 'live' : 'ended'}>{online ? 'online' : 'offline'}</StateMark>
      </div>
      {bindings.length > 0 && (
        <ul className={classes.bindings} aria-label={`Registered as ${number}`}>
          {bindings.map((binding) => (
            <li key={binding.id}>
              <span>{binding.transport}</span>
              <span>{binding.remoteAddress}</span>
              <span>{binding.userAgent ?? 'unnamed phone'}</span>
              <span>
                <Moment iso={binding.expiresAt} as="expiry" />
              </span>
            </li>
          ))}
        </ul>
      )}
    </article>
  );
}
