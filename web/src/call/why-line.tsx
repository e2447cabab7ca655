import type { CallDetail } from '@ringback/contracts';
import classes from './call.module.css';

/** Why the call ended, in one sentence. */
export function WhyLine({ call }: { call: CallDetail }) {
  if (!call.end) return null;
  return <p className={classes.why}>{call.end.sentence}</p>;
}
