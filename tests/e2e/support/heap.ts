import type { CDPSession, Page } from 'playwright-core';

/** What calls are made of in a browser, and what they might leave behind. */
const KINDS = [
  'RTCPeerConnection',
  'RTCDataChannel',
  'RTCRtpSender',
  'MediaStream',
  'MediaStreamTrack',
  'AudioContext',
  'AudioNode',
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
      detachedNodes: await instances(session, 'Node', DETACHED),
    };
  } finally {
    await session.detach();
  }
}

// A prototype of a class is no node of its own, and says so when it is asked where it stands.
const DETACHED = `this.filter((node) => !Object.hasOwn(node, 'constructor') && !node.isConnected).length`;

/** How many objects inherit from a class of the browser. */
async function instances(session: CDPSession, kind: string, count = 'this.length'): Promise<number> {
  const { result: prototype } = await session.send('Runtime.evaluate', { expression: `${kind}.prototype` });
  const { objects } = await session.send('Runtime.queryObjects', {
    prototypeObjectId: prototype.objectId!,
    objectGroup: 'heap',
  });
  const { result } = await session.send('Runtime.callFunctionOn', {
    functionDeclaration: `function () { return ${count}; }`,
    objectId: objects.objectId!,
    returnByValue: true,
  });
  await session.send('Runtime.releaseObjectGroup', { objectGroup: 'heap' });
  return result.value as number;
}
