import { Button, Menu } from '@mantine/core';
import { useTimeout } from '@mantine/hooks';
import type { Leg, SipMessageRecord } from '@ringback/contracts';
import { IconChevronDown } from '@tabler/icons-react';
import { useState } from 'react';
import { saveText } from '../calls/save-text.ts';
import { legName } from '../format/party.ts';
import { curlOf } from './export/curl.ts';
import { messagesText } from './export/message-text.ts';
import { sippScenario } from './export/sipp/scenario.ts';
import { textLadder } from './export/text-ladder.ts';
import { useLadder, useLadderReading } from './ladder-context.tsx';

const SAID_MS = 2_000;

/** The call in forms for other tools. Without a clipboard, which belongs to secure origins, they become files. */
export function CopyMenu() {
  const [said, setSaid] = useState<string | null>(null);
  const { start: clear } = useTimeout(() => setSaid(null), SAID_MS);
  const give = async (file: string, text: string) => {
    const copied = await copy(text);
    if (!copied) saveText(file, 'text/plain', text);
    setSaid(copied ? 'Copied' : 'Saved');
    clear();
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button size="compact-sm" variant="default" rightSection={<IconChevronDown size={13} aria-hidden />}>
          <span aria-live="polite">{said ?? 'Copy'}</span>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Forms give={(file, text) => void give(file, text)} />
      </Menu.Dropdown>
    </Menu>
  );
}

function Forms({ give }: { give: (file: string, text: string) => void }) {
  const { call, ladder, messages } = useLadder();
  const { state } = useLadderReading();
  const curl = curlOf(call, window.location.origin);
  return (
    <>
      <Menu.Item onClick={() => give('ladder.txt', textLadder(ladder, state.times))}>
        Ladder as text
      </Menu.Item>
      <Menu.Item onClick={() => give('messages.txt', messagesText(messages))}>Raw messages</Menu.Item>
      {curl && <Menu.Item onClick={() => give('call.sh', curl)}>API call as curl</Menu.Item>}
      {call.legs.length > 0 && <Menu.Label>As a SIPp scenario</Menu.Label>}
      {call.legs.map((leg) => (
        <Menu.Item key={leg.id} onClick={() => give(`${leg.number}.xml`, scenarioOf(leg, messages))}>
          What {nameAmong(leg, call.legs)} said
        </Menu.Item>
      ))}
    </>
  );
}

/** Several phones of one number are told apart by their addresses. */
function nameAmong(leg: Leg, legs: readonly Leg[]): string {
  const alone = legs.filter((other) => legName(other) === legName(leg)).length === 1;
  return alone || leg.remoteAddress === null ? legName(leg) : `${legName(leg)} at ${leg.remoteAddress}`;
}

function scenarioOf(leg: Leg, messages: readonly SipMessageRecord[]): string {
  const own = messages.filter(({ sipCallId }) => sipCallId === leg.sipCallId);
  const [first] = own;
  const server = first?.direction === 'in' ? first.destination : first?.source;
  return sippScenario(own, { name: legName(leg), number: leg.number, server: server ?? 'RINGBACK:5060' });
}

/** False where there is no clipboard, or none that may be written. */
async function copy(text: string): Promise<boolean> {
  if (!navigator.clipboard) return false;
  return navigator.clipboard.writeText(text).then(
    () => true,
    () => false,
  );
}
