import { Anchor, Radio, Text, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { partyName } from '../format/party.ts';
import { dialTarget } from '../phone/dial-target.ts';
import { type LineState, numberOf } from '../phone/line-state.ts';
import { type Choice, isOnline, type Phone } from './destination.ts';
import classes from './speak.module.css';

interface DestinationPickerProps {
  line: LineState;
  phones: readonly Phone[];
  choice: Choice;
  onChoice: (choice: Choice) => void;
  typed: string;
  onTyped: (typed: string) => void;
}

const PHONE = 'phone:';

/** Phones that can ring now, as they come and go. */
export function DestinationPicker({
  line,
  phones,
  choice,
  onChoice,
  typed,
  onTyped,
}: DestinationPickerProps) {
  const own = numberOf(line);
  const gone = choice.kind === 'phone' && !isOnline(choice.number, phones);
  return (
    <div className={classes.destination}>
      <Radio.Group
        label="Whom to ring"
        value={radioValue(choice)}
        onChange={(value) => onChoice(choiceOfRadio(value))}
      >
        <div className={classes.phones}>
          <Place value="this-page" about={line.kind === 'registered' ? 'registered' : 'not registered'}>
            {`This browser${own ? ` (${own})` : ''}`}
          </Place>
          {phones.map(({ number, displayName, devices }) => (
            <Place key={number} value={PHONE + number} about={devices}>
              {partyName({ number, displayName })}
            </Place>
          ))}
          {gone && (
            <Place value={PHONE + choice.number} about="no longer registered">
              {choice.number}
            </Place>
          )}
          <Place value="other" about="any number or name">
            Another number
          </Place>
        </div>
      </Radio.Group>
      {choice.kind === 'other' && <NumberField typed={typed} onTyped={onTyped} />}
      <Text size="xs" c="dimmed" role="status">
        {choice.kind === 'this-page' &&
          line.kind !== 'registered' &&
          'This browser can ring as soon as its phone is registered.'}
        {gone && `${choice.number} has just left. Choose another phone, or wait until it is back.`}
      </Text>
      {phones.length === 0 && (
        <Text size="xs" c="dimmed">
          No other phone is registered.{' '}
          <Anchor component={Link} to="/phones" size="xs" underline="always">
            Connect one
          </Anchor>
        </Text>
      )}
    </div>
  );
}

function Place({ value, about, children }: { value: string; about: string; children: ReactNode }) {
  return (
    <Radio
      value={value}
      classNames={{ root: classes.place!, body: classes.placeBody!, labelWrapper: classes.placeLabel! }}
      label={
        <>
          <span className={classes.placeName}>{children}</span>{' '}
          <span className={classes.placeAbout}>{about}</span>
        </>
      }
    />
  );
}

function NumberField({ typed, onTyped }: Pick<DestinationPickerProps, 'typed' | 'onTyped'>) {
  const invalid = typed.trim() !== '' && dialTarget(typed) === null;
  return (
    <TextInput
      aria-label="Number to ring"
      placeholder="1002"
      maw={260}
      value={typed}
      onChange={({ currentTarget }) => onTyped(currentTarget.value)}
      error={invalid ? 'Digits, letters, + * # . _ - are possible' : null}
    />
  );
}

function radioValue(choice: Choice): string {
  return choice.kind === 'phone' ? PHONE + choice.number : choice.kind;
}

function choiceOfRadio(value: string): Choice {
  if (value.startsWith(PHONE)) return { kind: 'phone', number: value.slice(PHONE.length) };
  return value === 'other' ? { kind: 'other' } : { kind: 'this-page' };
}
