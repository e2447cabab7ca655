import { Drawer, Skeleton, Stack } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { Suspense, useEffect, useState } from 'react';
import { Outlet, useLocation } from 'react-router';
import { isLive, shownCall } from '../phone/calls-state.ts';
import { usePhone, usePhoneState } from '../phone/use-phone.ts';
import { Announcer } from '../softphone/announcer.tsx';
import { LineStatus } from '../softphone/line-status.tsx';
import { RingingScreen } from '../softphone/ringing-screen.tsx';
import { Softphone } from '../softphone/softphone.tsx';
import { BottomBar } from './bottom-bar.tsx';
import { Brand } from './brand.tsx';
import classes from './frame.module.css';
import { HealthDot } from './health-dot.tsx';
import { DocsIcon, DocsItem, NavItems } from './nav.tsx';
import { SchemeSwitch } from './scheme-switch.tsx';

const WIDE = '(min-width: 1000px)';

/** What every page stands in: navigation, and the phone that may ring at any time. */
export function Frame() {
  const wide = useMediaQuery(WIDE, window.matchMedia(WIDE).matches, { getInitialValueInEffect: false });
  const { attachAudio } = usePhone();
  return (
    <div className={classes.frame} data-wide={wide || undefined}>
      <a href="#main" className={classes.skip}>
        Skip to the page
      </a>
      {wide ? <Rail /> : <Strip />}
      <main id="main" className={classes.main} tabIndex={-1}>
        <Suspense fallback={<PageSkeleton />}>
          <Outlet />
        </Suspense>
      </main>
      {wide ? (
        <aside className={classes.dock} aria-label="Phone">
          <Softphone withStatus />
        </aside>
      ) : (
        <Sheet />
      )}
      <Announcer />
      {/* The other side of the call; a conversation has no captions. */}
      {/* biome-ignore lint/a11y/useMediaCaption: live speech */}
      <audio id="remote-audio" ref={attachAudio} autoPlay />
    </div>
  );
}

function Rail() {
  return (
    <nav className={classes.rail} aria-label="Pages">
      <div className={classes.brand}>
        <Brand />
      </div>
      <ul className={classes.items}>
        <NavItems />
        <li>
          <DocsItem />
        </li>
      </ul>
      <div className={classes.feet}>
        <SchemeSwitch position="right-end" withWord />
        <HealthDot position="right-end" withWord />
      </div>
    </nav>
  );
}

function Strip() {
  return (
    <header className={classes.strip}>
      <LineStatus />
      <div style={{ display: 'flex' }}>
        <DocsIcon />
        <SchemeSwitch position="bottom-end" />
        <HealthDot position="bottom-end" />
      </div>
    </header>
  );
}

/** The phone of a narrow page: a bar, a sheet over the page, and the whole screen when it rings. */
function Sheet() {
  const [opened, setOpened] = useState(false);
  const { calls } = usePhoneState();
  const { pathname } = useLocation();
  const shown = shownCall(calls);
  const ringing = shown?.call.kind === 'incoming' ? shown.call : null;
  const liveCount = calls.filter(({ call }) => isLive(call)).length;

  // A second call is no reason to be thrown out of the page once more, but it must be seen.
  useEffect(() => {
    if (liveCount > 0 && !ringing) setOpened(true);
  }, [liveCount, ringing]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page is another context; the sheet gives way
  useEffect(() => setOpened(false), [pathname]);

  if (shown && ringing) return <RingingScreen id={shown.id} call={ringing} />;
  return (
    <>
      <BottomBar onPhone={() => setOpened(true)} />
      <Drawer
        opened={opened}
        onClose={() => setOpened(false)}
        position="bottom"
        size="auto"
        title="Phone"
        closeButtonProps={{ 'aria-label': 'Close the phone' }}
        styles={{
          body: { padding: 0 },
          content: { borderRadius: '16px 16px 0 0', height: 'auto' },
          title: { fontWeight: 600 },
        }}
      >
        <Softphone />
      </Drawer>
    </>
  );
}

function PageSkeleton() {
  return (
    <Stack aria-label="The page is loading">
      <Skeleton h={28} w={160} />
      <Skeleton h={120} />
      <Skeleton h={220} />
    </Stack>
  );
}
