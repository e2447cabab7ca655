import { describe, expect, it } from 'vitest';
import { sippScenario } from '../../src/ladder/export/sipp/scenario.ts';
import { messageOf, spoken } from './spoken-call.ts';

const scenarioOf = (index: number) => {
  const leg = spoken.call.legs[index];
  const own = spoken.messages.filter(({ sipCallId }) => sipCallId === leg?.sipCallId);
  return sippScenario(own, { name: 'x', number: leg?.number ?? '', server: '127.0.0.1:5060' });
};

/** `send INVITE`, `recv 407`, in the order of the scenario; optional ones in brackets. */
function steps(xml: string): string[] {
  return [
    ...xml.matchAll(
      /<send.*?CDATA\[\s*(?:SIP\/2\.0 )?(\S+)|<recv (?:request|response)="(\w+)"( optional)?/gs,
    ),
  ].map(([, sent, received, optional]) =>
    sent ? `send ${sent}` : optional ? `(${received})` : `recv ${received}`,
  );
}

describe('as a SIPp scenario', () => {
  it('the caller calls, answers the challenge, and hangs up', () => {
    expect(steps(scenarioOf(0))).toEqual([
      ...['send INVITE', '(100)', '(100)', '(180)', '(183)', 'recv 407', 'send ACK'],
      ...[
        'send INVITE',
        '(100)',
        '(100)',
        '(183)',
        '(180)',
        '(100)',
        '(180)',
        '(183)',
        'recv 200',
        'send ACK',
      ],
      ...['send BYE', 'recv 200'],
    ]);
  });

  it('the callee waits, rings, answers, and is hung up', () => {
    expect(steps(scenarioOf(1))).toEqual([
      ...['recv INVITE', 'send 100', 'send 180', 'send 200', 'recv ACK', 'recv BYE', 'send 200'],
    ]);
  });

  it('says in its own words what belongs to a run: addresses, tags, credentials, lengths', () => {
    const xml = scenarioOf(0);
    expect(xml).toContain('Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]');
    expect(xml).toContain('recv response="407" auth="true"');
    expect(xml).toContain('[authentication]');
    expect(xml).toContain('ACK [next_url] SIP/2.0');
    expect(xml).not.toMatch(/masked|huv0evddoipa|3p393dkk5n|X-Ringback-Call|Content-Length: \d/);
  });

  it('speaks plain RTP, also where the endpoint was a browser', () => {
    const xml = scenarioOf(1);
    expect(xml).toContain('m=audio [media_port] RTP/AVP 0 101');
    expect(xml).not.toMatch(/candidate|fingerprint|ice-|opus|UDP\/TLS/);
  });

  it('takes its time where the endpoint did', () => {
    expect(scenarioOf(0)).toMatch(
      /<pause milliseconds="2\d\d\d" \/>\s*<send retrans="500">\s*<!\[CDATA\[\s*BYE/,
    );
  });

  it('is asked for credentials that the endpoint gave at once', () => {
    const own = spoken.messages
      .filter(({ sipCallId }) => sipCallId === spoken.call.legs[0]?.sipCallId)
      .slice(4);
    const xml = sippScenario(own, { name: 'x', number: '1', server: 's' });
    expect(steps(xml).slice(0, 5)).toEqual(['send INVITE', '(100)', 'recv 407', 'send ACK', 'send INVITE']);
    expect(xml.split('[authentication]')).toHaveLength(2);
  });

  it('waits for the ringing before it cancels', () => {
    const head = (cseq: string) =>
      `Via: SIP/2.0/UDP a;branch=z9hG4bK1\nFrom: <sip:a@b>;tag=1\nTo: <sip:c@b>\nCall-ID: i\nCSeq: ${cseq}\n\n`;
    const own = [
      messageOf(`INVITE sip:c@b SIP/2.0\n${head('1 INVITE')}`),
      messageOf(`SIP/2.0 180 Ringing\n${head('1 INVITE')}`, { direction: 'out' }),
      messageOf(`CANCEL sip:c@b SIP/2.0\n${head('1 CANCEL')}`),
    ];
    expect(steps(sippScenario(own, { name: 'x', number: '1', server: 's' })).slice(-2)).toEqual([
      'recv 180',
      'send CANCEL',
    ]);
  });

  it('lets nothing of the wire become a keyword or end the XML', () => {
    const raw = `INVITE sip:[::1]@b SIP/2.0\nVia: SIP/2.0/UDP a;branch=z9hG4bK1\nX-A: [field0] ]]> \\x41\nCSeq: 1 INVITE\n\n`;
    const xml = sippScenario([messageOf(raw)], { name: '"<a> -- b', number: '1', server: 's' });
    expect(xml).toContain('sip:\\x5B::1]@b');
    expect(xml).toContain('X-A: \\x5Bfield0] ]]\\x3E \\x5Cx41');
    expect(xml).toContain('name="&#34;&#60;a&#62; -- b calls"');
    expect(xml.match(/]]>/g)).toHaveLength(1);
  });
});
