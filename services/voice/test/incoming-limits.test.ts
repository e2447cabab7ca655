import { createLocalBus, createLogger, Pacer } from '@ringback/runtime';
import { afterEach, expect, test } from 'vitest';
import { IncomingCall, type IncomingLimits } from '../src/call/incoming-call.ts';
import type { CallSurroundings } from '../src/call/surroundings.ts';
import type { MediaSession } from '../src/rtp/media-session.ts';
import { PortPairs } from '../src/rtp/port-pair.ts';
import type { TellDialog } from '../src/sip/dialog.ts';
import type { IncomingDialog } from '../src/sip/incoming-dialog.ts';
import { RtpEar } from './rtp-ear.ts';
import { rtpPorts } from './rtp-ports.ts';

const bus = createLocalBus('incoming-limits');
let ear: RtpEar | undefined;
afterEach(() => ear?.close());

/** An echo call that is answered at once; resolves with what was heard when it was hung up. */
async function echoCall(limits: IncomingLimits, whileUp: (media: MediaSession) => void = () => undefined) {
  const own = await RtpEar.open();
  ear = own;
  const hungUp = new Promise<void>((resolve) => {
    const dialog: Pick<IncomingDialog, 'accept' | 'hangUp' | 'sipCallId'> = {
      sipCallId: 'test',
      accept(media, tell: TellDialog) {
        const session = media as MediaSession;
        session.agree({
          address: '127.0.0.1',
          port: own.port,
          rtcpPort: own.port + 1,
          codec: 'PCMU',
          payloadType: 0,
          eventPayloadType: undefined,
          sending: true,
        });
        tell({ kind: 'answered' });
        whileUp(session);
      },
      hangUp: resolve,
    };
    const surroundings: Partial<CallSurroundings> = {
      pacer: new Pacer(),
      ports: new PortPairs('127.0.0.1', rtpPorts()),
      bus,
      logger: createLogger('test', 'silent'),
    };
    new IncomingCall(dialog as IncomingDialog, 'echo', surroundings as CallSurroundings, limits);
  });
  await hungUp;
  return own.heard.length;
}

test('a caller of whom nothing is heard is hung up', async () => {
  await echoCall({ longestMs: 3_600_000, silenceMs: 100, checkMs: 10 });
});

test('a caller who is heard is not, until the longest time is over', async () => {
  let timer: NodeJS.Timeout | undefined;
  const heard = await echoCall({ longestMs: 1500, silenceMs: 1000, checkMs: 10 }, (media) => {
    timer = setInterval(() => ear?.send(media.port), 20);
  });
  clearInterval(timer);
  expect(heard).toBeGreaterThan(5);
});
