import type { CallDetail } from '@ringback/contracts';
import { Panel } from '../ui/panel.tsx';
import { MessageList } from './message-list.tsx';

export function MessagesPanel({ call }: { call: CallDetail }) {
  return (
    <Panel title="SIP messages" flush>
      <MessageList callId={call.id} />
    </Panel>
  );
}
