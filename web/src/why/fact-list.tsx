import type { Fact, SipMessageRecord } from '@ringback/contracts';
import { offset } from '../format/duration.ts';
import { useLadder, useLadderReading } from '../ladder/ladder-context.tsx';
import { useSelectedMoment } from '../moment/selected-moment.tsx';
import { proofOf, shortName } from './proof.ts';
import classes from './why.module.css';

interface FactListProps {
  facts: readonly Fact[];
  open: boolean;
}

/** What the explanation rests on; each message that proves something is selected in the ladder by its button. */
export function FactList({ facts, open }: FactListProps) {
  return (
    <details className={classes.because} open={open}>
      <summary>Because</summary>
      <ul className={classes.facts}>
        {facts.map((fact) => (
          <li key={`${fact.text} ${fact.messageIds[0]}`}>
            {fact.text} <Proofs messageIds={fact.messageIds} />
          </li>
        ))}
      </ul>
    </details>
  );
}

function Proofs({ messageIds }: Pick<Fact, 'messageIds'>) {
  const { messages, ladder } = useLadder();
  const { state, input } = useLadderReading();
  const { select } = useSelectedMoment();
  const { shown, more } = proofOf(messageIds, messages);
  const begun = messages[0]?.time;
  // A repeat that the ladder has folded is no row of its own: then its moment is marked.
  const show = ({ id, timeUs }: SipMessageRecord) =>
    ladder.rows.some((row) => row.id === id) ? input({ kind: 'select', id }) : select(timeUs);
  return (
    <>
      {shown.map((message) => (
        <button
          key={message.id}
          type="button"
          className={`${classes.proof} mono`}
          aria-pressed={state.selectedId === message.id}
          title="Select this message in the ladder"
          onClick={() => show(message)}
        >
          {shortName(message)} {begun && offset(begun, message.time)}
        </button>
      ))}
      {more > 0 && <span className={classes.more}>and {more} more</span>}
    </>
  );
}
