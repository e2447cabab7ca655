import { ActionIcon, Button, TextInput } from '@mantine/core';
import { IconBackspace, IconPhone, IconRepeat } from '@tabler/icons-react';
import { type ClipboardEvent, type FormEvent, useState } from 'react';
import { dialTarget, type PadKey } from '../phone/dial-target.ts';
import { usePhone, usePhoneState } from '../phone/use-phone.ts';
import { GREEN } from './call-colors.ts';
import { DialPad } from './dial-pad.tsx';
import { usePastedNumber } from './use-pasted-number.ts';

/** Whom to call: typed, pasted, by the keys, or the last one again. */
export function DialForm({ onDialled }: { onDialled?: () => void }) {
  const phone = usePhone();
  const { line, memory } = usePhoneState();
  const [typed, setTyped] = useState('');
  const target = dialTarget(typed);
  const registered = line.kind === 'registered';
  const { lastDialled } = memory;
  usePastedNumber(setTyped);

  const dial = (number: string) => {
    phone.dial(number);
    onDialled?.();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (target && registered) dial(target);
  };
  return (
    <form onSubmit={submit} style={{ display: 'grid', gap: 12 }}>
      <NumberField typed={typed} onType={setTyped} />
      <DialPad
        label="Dial pad"
        onKey={(key: PadKey) => {
          phone.pressKey(key);
          setTyped((before) => before + key);
        }}
        onPlus={() => setTyped((before) => `${before}+`)}
      />
      <Button
        type="submit"
        size="md"
        color={GREEN}
        leftSection={<IconPhone size={18} />}
        disabled={!target || !registered}
      >
        Call
      </Button>
      {lastDialled !== null && typed === '' && (
        <Button
          variant="default"
          disabled={!registered}
          leftSection={<IconRepeat size={16} aria-hidden />}
          onClick={() => dial(lastDialled)}
        >
          Redial {lastDialled}
        </Button>
      )}
    </form>
  );
}

function NumberField({ typed, onType }: { typed: string; onType: (typed: string) => void }) {
  const paste = (event: ClipboardEvent<HTMLInputElement>) => {
    const { selectionStart, selectionEnd, value } = event.currentTarget;
    const whole = selectionStart === 0 && selectionEnd === value.length;
    const number = dialTarget(event.clipboardData.getData('text'));
    // Into the middle of something else it goes as it is.
    if (number === null || !whole) return;
    event.preventDefault();
    onType(number);
  };
  return (
    <TextInput
      id="number-to-dial"
      aria-label="Number to dial"
      placeholder="Number, name or SIP address"
      size="md"
      autoComplete="off"
      spellCheck={false}
      value={typed}
      onPaste={paste}
      onChange={({ currentTarget }) => onType(currentTarget.value)}
      error={
        typed.trim() !== '' && dialTarget(typed) === null
          ? 'Nothing that can be dialled: digits, letters, + * # . _ -'
          : null
      }
      rightSection={
        typed !== '' && (
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label="Delete the last digit"
            onClick={() => onType(typed.slice(0, -1))}
          >
            <IconBackspace size={18} stroke={1.6} />
          </ActionIcon>
        )
      }
    />
  );
}
