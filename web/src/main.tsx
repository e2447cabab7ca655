import '@mantine/core/styles.css';
import './app.css';
import { notifyManager, QueryClient } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import { ProblemError } from './api/problem-error.ts';
import { App } from './app.tsx';
import { EventStream } from './events/event-stream.ts';
import { LiveCache } from './events/live-cache.ts';
import { PagePhone } from './phone/page-phone.ts';
import { openSipLine } from './phone/sip/open-sip-line.ts';

const client = new QueryClient({
  defaultOptions: {
    queries: {
      // The stream says when something changes; a read on every focus would only repeat what is known.
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      retry: (failures, error) => failures < 2 && isPassing(error),
    },
  },
});

/** A server that does not answer or is overloaded may answer next time; a refusal stays one. */
function isPassing(error: unknown): boolean {
  return !(error instanceof ProblemError) || error.problem.status === 0 || error.problem.status >= 500;
}

// Events come gathered already: what they change is drawn without another turn in line.
notifyManager.setScheduler(queueMicrotask);

const stream = new EventStream(new LiveCache(client));
stream.start();
const phone = new PagePhone(openSipLine);
phone.start();

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(<App client={client} stream={stream} phone={phone} />);
