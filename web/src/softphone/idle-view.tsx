import { ActionIcon, Button, TextInput } from '@mantine/core';
import { IconBackspace, IconPhone } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import type { EndedCall } from '../phone/call-state.ts';
import { dialTarget, type PadKey } from '../phone/dial-target.ts';
import { usePhone, usePhoneState } from '../phone/use-phone.ts';
import { GREEN } from './call-colors.ts';
import { DialPad } from './dial-pad.tsx';
import { EndedView } from './ended-view.tsx';
import { RecentCalls } from './recent-calls.tsx';

/** Nobody is on the line: whom to call. */
export function IdleView({ ended }: { ended: EndedCall | null }) {
  const phone = usePhone();
  const { line } = usePhoneState();
  const [typed, setTyped] = useState('');
  const target = dialTarget(typed);
  const registered = line.kind === 'registered';

  const press = (key: PadKey) => {
    phone.pressKey(key);
    setTyped((before) => before + key);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (target && registered) phone.input({ kind: 'dial', target });
  };
  return (
    <>
      <form onSubmit={submit} style={{ display: 'grid', gap: 12 }}>
        <TextInput
          id="number-to-dial"
          aria-label="Number to dial"
          placeholder="Number, name or SIP address"
          size="md"
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onChange={({ currentTarget }) => setTyped(currentTarget.value)}
          error={
            typed.trim() !== '' && target === null
              ? 'Nothing that can be dialled: digits, letters, + * # . _ -'
              : null
          }
          rightSection={
            typed !== '' && (
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label="Delete the last digit"
                onClick={() => setTyped(typed.slice(0, -1))}
              >
                <IconBackspace size={18} stroke={1.6} />
              </ActionIcon>
            )
          }
        />
        <DialPad label="Dial pad" onKey={press} />
        <Button
          type="submit"
          size="md"
          color={GREEN}
          leftSection={<IconPhone size={18} />}
          disabled={!target || !registered}
        >
          Call
        </Button>
      </form>
      {ended && <EndedView call={ended} />}
      <RecentCalls />
    </>
  );
}
