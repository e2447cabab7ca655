import { Table } from '@mantine/core';
import type { QualityPoint } from '@ringback/contracts';
import { offset } from '../format/duration.ts';
import { useSelectedMoment } from '../moment/selected-moment.tsx';
import classes from './quality.module.css';
import {
  directionOf,
  fewerPoints,
  MEASURES,
  measured,
  pointOf,
  type Role,
  valueWords,
} from './quality-points.ts';

const MOST_ROWS = 300;
const ROLES: readonly Role[] = ['caller', 'callee'];

interface QualityTableProps {
  beganAt: string;
  points: readonly QualityPoint[];
  names: Record<Role, string>;
}

/** The figures behind the graphs. */
export function QualityTable({ beganAt, points, names }: QualityTableProps) {
  const { timeUs, select } = useSelectedMoment();
  const rows = fewerPoints(points, MOST_ROWS);
  const selected = timeUs === null ? undefined : pointOf(rows, timeUs);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard
    <section className={classes.tableScroll} aria-label="Quality over time" tabIndex={0}>
      <Table stickyHeader aria-label="Quality over time" className={classes.table}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th rowSpan={2} scope="col">
              After (s)
            </Table.Th>
            {ROLES.map((role) => (
              <Table.Th key={role} colSpan={MEASURES.length} scope="colgroup">
                from {names[role]}
              </Table.Th>
            ))}
          </Table.Tr>
          <Table.Tr>
            {ROLES.flatMap((role) =>
              MEASURES.map(({ key, name }) => (
                <Table.Th key={`${role} ${key}`} scope="col">
                  {name}
                </Table.Th>
              )),
            )}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((point) => (
            <Table.Tr key={point.time} data-selected={point === selected || undefined}>
              <Table.Th scope="row">
                <button
                  type="button"
                  className={classes.when}
                  onClick={() => select(Date.parse(point.time) * 1000)}
                >
                  {offset(beganAt, point.time)}
                </button>
              </Table.Th>
              {ROLES.flatMap((role) =>
                MEASURES.map(({ key }) => (
                  <Table.Td key={`${role} ${key}`}>
                    {valueWords(measured(directionOf(point, role), key), key)}
                  </Table.Td>
                )),
              )}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}
