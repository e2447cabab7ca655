import { Button } from '@mantine/core';
import { IconPhoneOff } from '@tabler/icons-react';
import type { CallState } from '../phone/call-state.ts';
import { usePhone } from '../phone/use-phone.ts';
import { TroubleNote } from '../ui/trouble-note.tsx';
import { RED } from './call-colors.ts';
import { CallerCard } from './caller-card.tsx';
import { ListenOnly } from './listen-only.tsx';

type InProgress = CallState & { kind: 'answering' | 'dialing' };

/** Between the click and the conversation. */
export function ProgressView({ call }: { call: InProgress }) {
  const phone = usePhone();
  const refusal = call.kind === 'dialing' ? call.refusal : null;
  return (
    <>
      <CallerCard
        peer={call.peer}
        tone={isRinging(call) ? 'ringing' : 'waiting'}
        what={progressWords(call)}
      />
      {refusal && (
        <TroubleNote trouble={refusal}>
          <ListenOnly label="Call and only listen" />
        </TroubleNote>
      )}
      <Button
        size="md"
        color={RED}
        leftSection={<IconPhoneOff size={18} />}
        onClick={() => phone.input({ kind: call.kind === 'dialing' ? 'hang-up' : 'reject' })}
      >
        Hang up
      </Button>
    </>
  );
}

function isRinging(call: InProgress): boolean {
  return call.kind === 'dialing' && call.stage === 'ringing';
}

export function progressWords(call: InProgress): string {
  switch (call.stage) {
    case 'microphone':
      return 'waiting for the microphone: allow it in the browser';
    case 'refused':
      return 'not called yet';
    case 'connecting':
      return 'connecting';
    case 'trying':
      return 'calling';
    case 'ringing':
      return 'ringing';
    default: {
      const never: never = call;
      throw new Error(`Unknown stage ${JSON.stringify(never)}`);
    }
  }
}
