import type { CDPSession, Page } from 'playwright-core';

/** What calls are made of in a browser, and what they might leave behind. */
const KINDS = [
  'RTCPeerConnection',
  'RTCDataChannel',
  'RTCRtpSender',
  'MediaStream',
  'MediaStreamTrack',
  'AudioContext',
  'AudioBufferSourceNode',
  'AnalyserNode',
  'MediaStreamAudioSourceNode',
  'MediaStreamAudioDestinationNode',
  'WebSocket',
  'HTMLAudioElement',
] as const;

export type HeapCount = Record<(typeof KINDS)[number] | 'intervals' | 'listeners' | 'detachedNodes', number>;

/** Counts the intervals that run in the page; to be called before it is opened. */
export async function countIntervals(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const running = new Set<number>();
    const { setInterval: set, clearInterval: clear } = window;
    Object.assign(window, {
      runningIntervals: running,
      setInterval: (...given: Parameters<typeof set>) => {
        const id = set(...given);
        running.add(id);
        return id;
      },
      clearInterval: (id: number) => {
        running.delete(id);
        clear(id);
      },
    });
  });
}

/** What lives in the page after its garbage has been collected. */
export async function countHeap(page: Page): Promise<HeapCount> {
  const session = await page.context().newCDPSession(page);
  try {
    // Twice: what the first one finalizes is garbage for the second.
    for (let i = 0; i < 2; i += 1) await session.send('HeapProfiler.collectGarbage');
    const kinds = await Promise.all(
      KINDS.map(async (kind) => [kind, await instances(session, kind)] as const),
    );
    const { jsEventListeners } = await session.send('Memory.getDOMCounters');
    return {
      ...(Object.fromEntries(kinds) as Record<(typeof KINDS)[number], number>),
      intervals: await page.evaluate(
        () => (window as unknown as { runningIntervals: Set<number> }).runningIntervals.size,
      ),
      listeners: jsEventListeners,
      detachedNodes: await instances(session, 'Node', '!one.isConnected'),
    };
  } finally {
    await session.detach();
  }
}

/** How many objects of a class of the browser there are, and are as `which` says of `one`. */
async function instances(session: CDPSession, kind: string, which = 'true'): Promise<number> {
  const { result: prototype } = await session.send('Runtime.evaluate', { expression: `${kind}.prototype` });
  const { objects } = await session.send('Runtime.queryObjects', {
    prototypeObjectId: prototype.objectId!,
    objectGroup: 'heap',
  });
  const { result } = await session.send('Runtime.callFunctionOn', {
    // A prototype inherits from that class too, and is none of its objects.
    functionDeclaration: `function () { return this.filter((one) => !Object.hasOwn(one, 'constructor') && ${which}).length; }`,
    objectId: objects.objectId!,
    returnByValue: true,
  });
  await session.send('Runtime.releaseObjectGroup', { objectGroup: 'heap' });
  return result.value as number;
}
