import { Badge, Popover, ScrollArea, Skeleton, Stack, Text, UnstyledButton } from '@mantine/core';
import type { Health, PartHealth } from '@ringback/contracts';
import { troubleOf } from '../api/problem-error.ts';
import { useHealth } from '../api/queries.ts';
import { TroubleNote } from '../ui/trouble-note.tsx';
import frame from './frame.module.css';
import classes from './health.module.css';

const STATE_WORDS = {
  up: 'Everything runs',
  degraded: 'Something is not well',
  down: 'Something is down',
  unknown: 'Not known',
} as const;
type Shown = keyof typeof STATE_WORDS;

const PART_WORDS = {
  sip: 'SIP server',
  media: 'Media server',
  database: 'Database',
  bus: 'Bus',
  speech: 'Speech',
  b2bua: 'Call control',
  voice: 'Voice',
  gateway: 'Gateway',
  capture: 'Capture',
} satisfies Record<PartHealth['part'], string>;

interface HealthDotProps {
  position: 'right-end' | 'bottom-end';
  withWord?: boolean;
}

/** State of the network as a dot; a click lists its parts. */
export function HealthDot({ position, withWord = false }: HealthDotProps) {
  const health = useHealth();
  const shown: Shown = health.isError ? 'down' : (health.data?.status ?? 'unknown');
  return (
    <Popover position={position} width={360} withinPortal trapFocus>
      <Popover.Target>
        <UnstyledButton className={frame.foot} aria-label={`State of the network: ${STATE_WORDS[shown]}`}>
          <span className={classes.dot} data-state={shown} aria-hidden />
          {withWord && 'Network'}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown maw="calc(100vw - 24px)">
        {health.isError ? (
          <TroubleNote trouble={troubleOf(health.error)} />
        ) : health.data ? (
          <Parts health={health.data} />
        ) : (
          <Stack gap="xs" aria-label="Reading the state of the parts">
            <Skeleton h={18} w="60%" />
            <Skeleton h={40} />
            <Skeleton h={40} />
          </Stack>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}

function Parts({ health }: { health: Health }) {
  return (
    <>
      <Text fw={600} size="sm" pb={6}>
        {STATE_WORDS[health.status]}{' '}
        <Text span c="dimmed" fw={400} size="xs">
          Ringback {health.version}
        </Text>
      </Text>
      <ScrollArea.Autosize
        mah="70vh"
        type="auto"
        offsetScrollbars="present"
        viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': 'Parts of the network' }}
      >
        {health.parts.map((part) => (
          <Part key={part.part} part={part} />
        ))}
      </ScrollArea.Autosize>
    </>
  );
}

function Part({ part }: { part: PartHealth }) {
  return (
    <div className={classes.part}>
      <span className={classes.dot} data-state={part.state} aria-hidden />
      <Text size="sm" fw={550}>
        {PART_WORDS[part.part] ?? part.part}
        {part.state !== 'up' && ` · ${part.state}`}
      </Text>
      <Badge variant="default" radius="sm" size="sm" fw={500} tt="none">
        {part.mode}
      </Badge>
      <span className={classes.detail}>{part.detail}</span>
    </div>
  );
}
