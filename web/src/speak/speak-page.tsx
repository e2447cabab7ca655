import { Stack } from '@mantine/core';
import { PageTitle } from '../ui/page-title.tsx';
import { NowPanel } from './now-panel.tsx';
import { SpeakForm } from './speak-form.tsx';

export function SpeakPage() {
  return (
    <Stack gap="md">
      <PageTitle browserTitle="Speak">Speak</PageTitle>
      <SpeakForm />
      <NowPanel />
    </Stack>
  );
}
