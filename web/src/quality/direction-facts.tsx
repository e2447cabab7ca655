import type { Leg, QualityPoint } from '@ringback/contracts';
import { lostWords } from '../call/lost-words.ts';
import { partyName } from '../format/party.ts';
import { pairWords } from './candidate-words.ts';
import classes from './quality.module.css';
import { directionOf, sumOf, valueWords } from './quality-points.ts';

interface DirectionFactsProps {
  leg: Leg;
  points: readonly QualityPoint[];
}

/** What one party sent, in one line: counted by the media server, which tells the whole of it when the call is over. */
export function DirectionFacts({ leg, points }: DirectionFactsProps) {
  const soFar = leg.media === null;
  const heard = leg.media ?? sumOf(points, leg.role);
  const newest = points.at(-1);
  const now = newest && directionOf(newest, leg.role);
  const pair = leg.media?.candidatePair ?? now?.candidatePair;
  const silent = leg.endedAt === null && now?.silent === true;
  return (
    <section className={classes.direction} aria-label={`Sound from ${partyName(leg)}`}>
      <h3 className={classes.sender} data-role={leg.role}>
        <span className={classes.stroke} data-role={leg.role} aria-hidden />
        from {partyName(leg)}
      </h3>
      {heard ? (
        <ul className={classes.figures}>
          {heard.codec && <li>{heard.codec}</li>}
          <li>{heard.packets.toLocaleString()} packets</li>
          {heard.packetsLost !== null && <li>lost {lostWords(heard) ?? '–'}</li>}
          {heard.jitterMs !== null && (
            <li>
              jitter {soFar && 'up to '}
              {valueWords(heard.jitterMs, 'jitter')}
            </li>
          )}
          {heard.roundTripMs !== null && (
            <li>
              round trip {soFar && 'up to '}
              {valueWords(heard.roundTripMs, 'roundTrip')}
            </li>
          )}
          {heard.mos !== null && (
            <li>
              MOS {soFar && 'not below '}
              {heard.mos.toFixed(1)}
            </li>
          )}
        </ul>
      ) : (
        <p className={classes.note}>Nothing was received.</p>
      )}
      {pair && <p className={classes.pair}>ICE {pairWords(pair)}</p>}
      {silent && (
        <p className={classes.silent} role="status">
          Nothing has come from {partyName(leg)} for five seconds: the other party hears nothing.
        </p>
      )}
    </section>
  );
}
