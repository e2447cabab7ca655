import { Text } from '@mantine/core';
import type { ActiveCall } from '../phone/call-state.ts';
import { usePhone, usePhoneState } from '../phone/use-phone.ts';
import { nameOf } from './call-words.ts';
import { DialPad } from './dial-pad.tsx';

/** The keys of a call: what was pressed so far, or why pressing is of no use. */
export function ToneKeys({ call }: { call: ActiveCall }) {
  const phone = usePhone();
  const { toneWay } = usePhoneState().memory;
  const refused =
    toneWay === 'rtp'
      ? 'The other side takes no keys (no telephone-event).'
      : 'The other side takes no keys by SIP INFO.';
  const tonesHint = call.hold.them
    ? `Tones are sent when ${nameOf(call.peer)} resumes`
    : 'Keys are sent as tones';
  const hint = toneWay === 'rtp' ? tonesHint : 'Keys are sent by SIP INFO';
  return (
    <>
      <Text
        size="sm"
        ta="center"
        mih={21}
        c={call.tonesRefused ? 'var(--rb-text)' : 'dimmed'}
        aria-live="polite"
        style={{ overflowWrap: 'anywhere' }}
      >
        {call.tonesRefused ? refused : call.tones || hint}
      </Text>
      <DialPad onKey={phone.pressKey} label="Tones" takesTyping />
    </>
  );
}
