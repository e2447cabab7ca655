import { useMemo } from 'react';
import { useLadder, useLadderReading } from './ladder-context.tsx';
import classes from './message.module.css';
import type { LadderRow, MessageRow } from './model/rows.ts';
import type { Difference } from './sip/difference.ts';
import { differences } from './sip/differences.ts';

/** How the two chosen messages differ, by what they mean. */
export function DifferenceView() {
  const { ladder } = useLadder();
  const { state } = useLadderReading();
  const [left, right] = state.compared.map((id) => messageOf(ladder.rows, id));
  const found = useMemo(
    () => (left && right ? differences(left.message.raw, right.message.raw) : []),
    [left, right],
  );
  if (!left || !right) return <p className={classes.hint}>Choose two messages with d.</p>;
  return (
    <div className={classes.difference}>
      <p className={classes.way} role="status">
        {found.length === 0
          ? 'Both say the same: order, case and spelling that mean nothing are no difference.'
          : `${found.length} ${found.length === 1 ? 'difference' : 'differences'}`}
      </p>
      <table>
        <thead>
          <tr>
            <th scope="col">Where</th>
            <th scope="col">A · {left.label}</th>
            <th scope="col">B · {right.label}</th>
          </tr>
        </thead>
        <tbody>
          {found.map((each) => (
            <Row key={`${each.place} ${each.name} ${each.left} ${each.right}`} difference={each} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ difference: { place, name, left, right } }: { difference: Difference }) {
  return (
    <tr>
      <th scope="row">
        <small>{place}</small>
        {name}
      </th>
      <td className="mono">{left ?? <i>not said</i>}</td>
      <td className="mono">{right ?? <i>not said</i>}</td>
    </tr>
  );
}

function messageOf(rows: readonly LadderRow[], id: string): MessageRow | undefined {
  return rows.find((row): row is MessageRow => row.kind === 'message' && row.id === id);
}
