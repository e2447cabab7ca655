import { Button, Skeleton, Switch } from '@mantine/core';
import { IconAdjustments } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { shownCall } from '../phone/calls-state.ts';
import { usePhone, usePhoneState } from '../phone/use-phone.ts';
import { TroubleNote } from '../ui/trouble-note.tsx';
import { ActiveView } from './active-view.tsx';
import { IdleView } from './idle-view.tsx';
import { IncomingView } from './incoming-view.tsx';
import { LineStatus, Renewal } from './line-status.tsx';
import { NotificationOffer } from './notification-offer.tsx';
import { OtherCalls } from './other-calls.tsx';
import { ProgressView } from './progress-view.tsx';
import classes from './softphone.module.css';

const PhoneSettings = lazy(() => import('./phone-settings.tsx'));

/** The phone itself: registration, and whatever its calls are doing. */
export function Softphone({ withStatus = false }: { withStatus?: boolean }) {
  const { line } = usePhoneState();
  return (
    <div className={classes.phone}>
      <div className={withStatus ? classes.head : classes.bareHead}>
        {withStatus && <LineStatus />}
        <Renewal />
      </div>
      {line.kind === 'failed' && <TroubleNote trouble={line.trouble} />}
      <OtherCalls />
      <CallView />
      <NotificationOffer />
      <Settings />
    </div>
  );
}

function CallView() {
  const shown = shownCall(usePhoneState().calls);
  if (!shown) return <IdleView ended={null} />;
  const { id, call } = shown;
  switch (call.kind) {
    case 'idle':
      return <IdleView ended={null} />;
    case 'ended':
      // One place for both: what was typed stays when the note about the last call goes.
      return <IdleView ended={{ id, call }} />;
    case 'incoming':
      return <IncomingView id={id} call={call} />;
    case 'answering':
    case 'dialing':
      return <ProgressView id={id} call={call} />;
    case 'active':
      return <ActiveView key={id} id={id} call={call} />;
    default: {
      const never: never = call;
      throw new Error(`Unknown call ${JSON.stringify(never)}`);
    }
  }
}

function Settings() {
  const phone = usePhone();
  const { memory } = usePhoneState();
  const [opened, setOpened] = useState(false);
  return (
    <>
      <Switch
        size="sm"
        label="Answer calls by itself"
        checked={memory.autoAnswer}
        onChange={({ currentTarget }) => phone.remember({ autoAnswer: currentTarget.checked })}
      />
      <Button
        variant="subtle"
        color="gray"
        size="xs"
        justify="start"
        px={4}
        aria-expanded={opened}
        leftSection={<IconAdjustments size={16} aria-hidden />}
        onClick={() => setOpened(!opened)}
      >
        Sound and keys
      </Button>
      {opened && (
        <Suspense fallback={<Skeleton h={220} />}>
          <PhoneSettings />
        </Suspense>
      )}
    </>
  );
}
