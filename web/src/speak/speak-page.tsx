import { Stack, Text } from '@mantine/core';
import { PageTitle } from '../ui/page-title.tsx';
import { QueuePanel } from './queue-panel.tsx';
import { SpeakForm } from './speak-form.tsx';

export function SpeakPage() {
  return (
    <Stack gap="md">
      <div>
        <PageTitle browserTitle="Speak">Speak</PageTitle>
        <Text c="dimmed">A text becomes a real phone call: press the button and this browser rings.</Text>
      </div>
      <SpeakForm />
      <QueuePanel />
    </Stack>
  );
}
