import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { lazy, StrictMode } from 'react';
import { BrowserRouter, Route, Routes } from 'react-router';
import type { EventStream } from './events/event-stream.ts';
import { StreamProvider } from './events/use-live.ts';
import { Frame } from './frame/frame.tsx';
import type { PagePhone } from './phone/page-phone.ts';
import { PhoneProvider } from './phone/use-phone.ts';
import { SpeakPage } from './speak/speak-page.tsx';
import { theme } from './theme.ts';

const CallsPage = lazy(() => import('./calls/calls-page.tsx'));
const CallPage = lazy(() => import('./call/call-page.tsx'));
const PhonesPage = lazy(() => import('./phones/phones-page.tsx'));
const NotFoundPage = lazy(() => import('./frame/not-found-page.tsx'));

const colorSchemes = localStorageColorSchemeManager({ key: 'ringback-color-scheme' });

export interface AppProps {
  client: QueryClient;
  stream: EventStream;
  phone: PagePhone;
}

export function App({ client, stream, phone }: AppProps) {
  return (
    <StrictMode>
      <MantineProvider theme={theme} defaultColorScheme="auto" colorSchemeManager={colorSchemes}>
        <QueryClientProvider client={client}>
          <StreamProvider value={stream}>
            <PhoneProvider value={phone}>
              <BrowserRouter>
                <Routes>
                  <Route element={<Frame />}>
                    <Route index element={<SpeakPage />} />
                    <Route path="calls" element={<CallsPage />} />
                    <Route path="calls/:id" element={<CallPage />} />
                    <Route path="phones" element={<PhonesPage />} />
                    <Route path="*" element={<NotFoundPage />} />
                  </Route>
                </Routes>
              </BrowserRouter>
            </PhoneProvider>
          </StreamProvider>
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>
  );
}
