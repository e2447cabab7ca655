import type { Fact, SipMessageRecord } from '@ringback/contracts';
import { useMessages } from '../api/queries.ts';
import { offset } from '../format/duration.ts';
import { useSelectedMoment } from '../moment/selected-moment.tsx';
import { proofOf, shortName } from './proof.ts';
import classes from './why.module.css';

interface FactListProps {
  callId: string;
  facts: readonly Fact[];
  open: boolean;
}

/** What the explanation rests on; each message that proves something is selected in the ladder by its button. */
export function FactList({ callId, facts, open }: FactListProps) {
  const messages = useMessages(callId).data ?? [];
  return (
    <details className={classes.because} open={open}>
      <summary>Because</summary>
      <ul className={classes.facts}>
        {facts.map((fact) => (
          <li key={`${fact.text} ${fact.messageIds[0]}`}>
            {fact.text} <Proofs fact={fact} messages={messages} />
          </li>
        ))}
      </ul>
    </details>
  );
}

function Proofs({ fact, messages }: { fact: Fact; messages: readonly SipMessageRecord[] }) {
  const { timeUs, select } = useSelectedMoment();
  const { shown, more } = proofOf(fact.messageIds, messages);
  const begun = messages[0]?.time;
  return (
    <>
      {shown.map((message) => (
        <button
          key={message.id}
          type="button"
          className={`${classes.proof} mono`}
          aria-pressed={timeUs === message.timeUs}
          title="Select this message in the ladder"
          onClick={() => select(message.timeUs)}
        >
          {shortName(message)} {begun && offset(begun, message.time)}
        </button>
      ))}
      {more > 0 && <span className={classes.more}>and {more} more</span>}
    </>
  );
}
