import { fact, type Rule } from '../rule.ts';
import { duration, named, quoted, times } from '../words.ts';

/** RFC 3261 13.3.1.4: a 2xx is sent again until its ACK is there, for 64*T1; then the session ends. */
const missingAck: Rule = {
  name: 'missing-ack',
  find(facts) {
    if (!facts.endedBy('no-ack')) return undefined;
    const { caller } = facts;
    const accepted = facts
      .to(caller)
      .filter((message) => message.status === 200 && message.answers('INVITE'));
    const bye = facts.to(caller).find((message) => message.asks('BYE'));
    const [first] = accepted;
    const within =
      first && bye ? ` within ${duration((bye.record.timeUs - first.record.timeUs) / 1000)} (64*T1)` : '';
    return {
      sentence: `The phone of ${named(facts.call.from)} never confirmed the answer: no ACK came${within}.`,
      because: [
        fact(`The 200 was sent ${times(Math.max(1, accepted.length))}, and no ACK came.`, ...accepted),
        ...(bye ? [fact('So the network hung up.', bye)] : []),
      ],
      reference: 'RFC 3261 13.3.1.4',
      remedy:
        'The ACK goes to the Contact of the 200: see that the phone can reach that address, and that no NAT or SIP ALG between changes it.',
    };
  },
};

const sessionExpired: Rule = {
  name: 'session-expired',
  find(facts) {
    if (!facts.endedBy('session-expired')) return undefined;
    const bye = facts.messages.find(
      (message) => message.asks('BYE') && /Session timer/i.test(message.header('Reason') ?? ''),
    );
    const leg = facts.legs.find(({ id }) => id === bye?.record.legId);
    const agreed = facts
      .of(leg)
      .findLast((message) => message.status === 200 && message.header('Session-Expires') !== undefined);
    const interval = agreed?.header('Session-Expires') ?? '';
    const who = leg
      ? `the phone of ${named(leg.role === 'caller' ? facts.call.from : facts.call.to)}`
      : 'a phone';
    return {
      sentence: `The session timer ran out: ${who} agreed to refresh the call and did not.`,
      because: [
        ...(agreed ? [fact(`Session-Expires: ${quoted(interval)} was agreed.`, agreed)] : []),
        fact('No re-INVITE or UPDATE came in time, so the network hung up.', bye),
      ],
      reference: 'RFC 4028 10',
      remedy: 'Switch session timers off in that phone, or see that it stays reachable during a call.',
    };
  },
};

/** In-dialog OPTIONS that nobody answered (RFC 3261 12.2.1.2). */
const phoneVanished: Rule = {
  name: 'phone-vanished',
  find(facts) {
    if (!facts.endedBy('caller-vanished', 'callee-vanished')) return undefined;
    const leg = facts.endedBy('caller-vanished') ? facts.caller : facts.answered;
    const asked = facts.to(leg).filter((message) => message.asks('OPTIONS'));
    const who = named(facts.endedBy('caller-vanished') ? facts.call.from : facts.call.to);
    return {
      sentence: `The phone of ${who} went away during the call: it no longer answers.`,
      because: [fact('Asked by OPTIONS whether it is still there, it gave no answer.', ...asked.slice(-1))],
      reference: 'RFC 3261 12.2.1.2',
      remedy: 'Its page was closed or reloaded, or it lost power or network. Call again when it is back.',
    };
  },
};

export const dialogRules: readonly Rule[] = [missingAck, sessionExpired, phoneVanished];
