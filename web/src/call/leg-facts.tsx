import type { Leg, LegState } from '@ringback/contracts';
import type { Tone } from '../format/call-words.ts';
import { legName } from '../format/party.ts';
import { StateMark } from '../ui/state-mark.tsx';
import classes from './call.module.css';
import { Fact } from './fact.tsx';
import { lostWords } from './lost-words.ts';

const TONES = {
  trying: 'waiting',
  proceeding: 'waiting',
  early: 'ringing',
  confirmed: 'live',
  terminated: 'ended',
} satisfies Record<LegState, Tone>;

/** One dialog: who stands at its end, and what the media server counted of the sound that came from there. */
export function LegFacts({ leg }: { leg: Leg }) {
  const { media } = leg;
  return (
    <article className={classes.leg} aria-label={`Leg ${legName(leg)}`}>
      <div className={classes.legHead}>
        {legName(leg)} <StateMark tone={TONES[leg.state]}>{leg.state}</StateMark>
        <span className={classes.role}>{leg.role}</span>
      </div>
      <dl className={classes.facts}>
        <Fact name="Answer to INVITE">{leg.sipStatus}</Fact>
        <Fact name="Address">{leg.remoteAddress}</Fact>
        <Fact name="User agent">{leg.userAgent}</Fact>
        <Fact name="Codec">{media?.codec}</Fact>
        <Fact name="RTP received">
          {media && `${media.packets.toLocaleString()} packets, ${media.bytes.toLocaleString()} bytes`}
        </Fact>
        <Fact name="Lost">{media && lostWords(media)}</Fact>
        <Fact name="Jitter">{ms(media?.jitterMs)}</Fact>
        <Fact name="Round trip">{ms(media?.roundTripMs)}</Fact>
        <Fact name="MOS (G.107)">{media?.mos?.toFixed(2)}</Fact>
        <Fact name="Call-ID" wide>
          <span className="mono">{leg.sipCallId}</span>
        </Fact>
      </dl>
    </article>
  );
}

function ms(value: number | null | undefined): string | null {
  return value === null || value === undefined ? null : `${value.toFixed(1)} ms`;
}
