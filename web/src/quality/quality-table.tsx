import { Table } from '@mantine/core';
import type { QualityPoint } from '@ringback/contracts';
import { offset } from '../format/duration.ts';
import { useSelectedMoment } from '../moment/selected-moment.tsx';
import classes from './quality.module.css';
import { directionOf, fewerPoints, MEASURES, measured, type Role, valueWords } from './quality-points.ts';

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
          {fewerPoints(points, MOST_ROWS).map((point) => (
            <Table.Tr key={point.time} data-selected={isIn(point, timeUs) || undefined}>
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

/** The moment lies in the seconds that the point tells of. */
function isIn({ time, seconds }: QualityPoint, timeUs: number | null): boolean {
  if (timeUs === null) return false;
  const passedMs = Date.parse(time) - timeUs / 1000;
  return passedMs >= 0 && passedMs < seconds * 1000;
}
