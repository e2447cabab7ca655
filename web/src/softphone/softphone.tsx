import { Switch } from '@mantine/core';
import { usePhone, usePhoneState } from '../phone/use-phone.ts';
import { TroubleNote } from '../ui/trouble-note.tsx';
import { ActiveView } from './active-view.tsx';
import { IdleView } from './idle-view.tsx';
import { IncomingView } from './incoming-view.tsx';
import { LineStatus } from './line-status.tsx';
import { ProgressView } from './progress-view.tsx';
import classes from './softphone.module.css';

/** The phone itself: registration, and whatever its one call is doing. */
export function Softphone({ withStatus = false }: { withStatus?: boolean }) {
  const phone = usePhone();
  const { line, autoAnswer } = usePhoneState();
  return (
    <div className={classes.phone}>
      {withStatus && (
        <div className={classes.head}>
          <LineStatus />
        </div>
      )}
      {line.kind === 'failed' && <TroubleNote trouble={line.trouble} />}
      <CallView />
      <Switch
        size="sm"
        label="Answer calls by itself"
        checked={autoAnswer}
        onChange={({ currentTarget }) => phone.setAutoAnswer(currentTarget.checked)}
      />
    </div>
  );
}

function CallView() {
  const { call } = usePhoneState();
  switch (call.kind) {
    case 'idle':
    case 'ended':
      // One place for both: what was typed stays when the note about the last call goes.
      return <IdleView ended={call.kind === 'ended' ? call : null} />;
    case 'incoming':
      return <IncomingView call={call} />;
    case 'answering':
    case 'dialing':
      return <ProgressView call={call} />;
    case 'active':
      return <ActiveView call={call} />;
    default: {
      const never: never = call;
      throw new Error(`Unknown call ${JSON.stringify(never)}`);
    }
  }
}
