import type { PartHealth } from '@ringback/contracts';
import type { Bus } from '@ringback/runtime';
import type { MediaServer } from './media/media-server.ts';
import type { SipServer } from './sip-server/sip-server.ts';

export interface HealthDeps {
  readonly bus: Bus;
  readonly sipServer: SipServer;
  readonly mediaServer: MediaServer;
  readonly modes: { readonly sip: PartHealth['mode']; readonly media: PartHealth['mode'] };
  callCount(): number;
  draining(): boolean;
}

const INTERVAL_MS = 5_000;
/** While the media server is away it is asked more often, so that its return shows at once. */
const DOWN_INTERVAL_MS = 1_000;

/** Tells the health of the SIP server, the media server and this service, regularly, on change and when asked. Returns how to stop. */
export async function reportHealth(deps: HealthDeps): Promise<() => void> {
  const { bus, sipServer, mediaServer, modes } = deps;
  let mediaUp = false;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  const report = () => {
    const { state } = sipServer;
    const sip: PartHealth = {
      part: 'sip',
      mode: modes.sip,
      state: state.connected ? 'up' : 'down',
      detail: state.connected ? `SIP server at ${state.hostports.join(', ')}` : state.problem,
    };
    const media: PartHealth = {
      part: 'media',
      mode: modes.media,
      state: mediaUp ? 'up' : 'down',
      detail: mediaUp ? 'The media server answers' : 'The media server does not answer',
    };
    for (const health of [sip, media, ownHealth(deps, state.connected && mediaUp)])
      bus.publish('part.health', health);
  };
  const check = async () => {
    const before = mediaUp;
    mediaUp = await mediaServer.ping();
    if (stopped) return;
    if (before !== mediaUp) report();
    timer = setTimeout(() => void check(), mediaUp ? INTERVAL_MS : DOWN_INTERVAL_MS);
  };

  sipServer.onChange(() => {
    if (!stopped) report();
  });
  await check();
  report();
  const ticker = setInterval(report, INTERVAL_MS);
  const stopAnswering = bus.subscribe('health.asked', report);
  return () => {
    stopped = true;
    stopAnswering();
    clearInterval(ticker);
    clearTimeout(timer);
  };
}

function ownHealth({ callCount, draining }: HealthDeps, whole: boolean): PartHealth {
  const calls = `${callCount()} calls up`;
  if (draining()) return { part: 'b2bua', mode: 'embedded', state: 'degraded', detail: `Closing, ${calls}` };
  if (!whole)
    return {
      part: 'b2bua',
      mode: 'embedded',
      state: 'degraded',
      detail: `No calls without both the SIP and the media server, ${calls}`,
    };
  return { part: 'b2bua', mode: 'embedded', state: 'up', detail: calls };
}
