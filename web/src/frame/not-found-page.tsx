import { Anchor } from '@mantine/core';
import { IconMapOff } from '@tabler/icons-react';
import { Link } from 'react-router';
import { EmptyNote } from '../ui/empty-note.tsx';
import { PageTitle } from '../ui/page-title.tsx';

export default function NotFoundPage() {
  return (
    <>
      <PageTitle browserTitle="No such page">No such page</PageTitle>
      <EmptyNote icon={<IconMapOff size={28} stroke={1.4} aria-hidden />} title="This address leads nowhere">
        Start again at{' '}
        <Anchor component={Link} to="/">
          Speak
        </Anchor>
        .
      </EmptyNote>
    </>
  );
}
