import { Button } from '@mantine/core';
import { IconPhoneOff } from '@tabler/icons-react';
import type { CallState } from '../phone/call-state.ts';
import { usePhone } from '../phone/use-phone.ts';
import { TroubleNote } from '../ui/trouble-note.tsx';
import { RED } from './call-colors.ts';
import { progressWords } from './call-words.ts';
import { CallerCard } from './caller-card.tsx';
import { ListenOnly } from './listen-only.tsx';

type InProgress = CallState & { kind: 'answering' | 'dialing' };

/** Between the click and the conversation. */
export function ProgressView({ id, call }: { id: string; call: InProgress }) {
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
          <ListenOnly id={id} label="Call and only listen" />
        </TroubleNote>
      )}
      <Button
        size="md"
        color={RED}
        leftSection={<IconPhoneOff size={18} />}
        onClick={() =>
          phone.toCall(id, call.kind === 'dialing' ? { kind: 'hang-up' } : { kind: 'reject', as: 'decline' })
        }
      >
        Hang up
      </Button>
    </>
  );
}

function isRinging(call: InProgress): boolean {
  return call.kind === 'dialing' && call.stage === 'ringing';
}
