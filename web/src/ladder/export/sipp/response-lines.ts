import type { SipMessageRecord } from '@ringback/contracts';
import { headerText, parameterOf, parseSip, type SipText } from '../../sip/sip-text.ts';
import { bodyLines } from './body-lines.ts';
import { contactLine, OWN_TAG } from './request-lines.ts';
import { literally } from './xml.ts';

/** What comes from the request (RFC 3261 8.2.6.2), and what SIPp counts. */
const FROM_REQUEST = /^(?:via|from|to|call-id|cseq|record-route|content-length)$/i;

/** An answer of the endpoint as SIPp sends it. `before`: what was on the wire before it. */
export function responseLines(
  { cseq, summary }: SipMessageRecord,
  text: SipText,
  before: readonly SipMessageRecord[],
): string[] {
  const requests = before.filter(({ direction, status }) => direction === 'out' && status === null);
  const request = requests.findLast((each) => each.cseq === cseq);
  const others = text.headers.filter(({ name }) => !FROM_REQUEST.test(name));
  return [
    `SIP/2.0 ${literally(summary)}`,
    '[last_Via:]',
    '[last_From:]',
    `[last_To:]${givesTag(text, request) ? `;tag=${OWN_TAG}` : ''}`,
    '[last_Call-ID:]',
    cseqLine(cseq, requests.at(-1)),
    ...others.map(({ name, value }) =>
      name.toLowerCase() === 'contact' ? contactLine(value) : `${name}: ${literally(value)}`,
    ),
    'Content-Length: [len]',
    '',
    ...bodyLines(text, text.body),
  ];
}

/** RFC 3261 12.1.1: whoever answers the request that opens a dialog gives it the tag. */
function givesTag(text: SipText, request: SipMessageRecord | undefined): boolean {
  const answerHas = parameterOf(headerText(text, 'To'), 'tag') !== null;
  const requestHas = request && parameterOf(headerText(parseSip(request.raw), 'To'), 'tag') !== null;
  return answerHas && !requestHas;
}

/** SIPp knows the newest request: after a CANCEL, which has the number of its INVITE (RFC 3261 9.1), the 487 is due. */
function cseqLine(cseq: string, newest: SipMessageRecord | undefined): string {
  if (newest?.cseq === cseq || newest === undefined) return '[last_CSeq:]';
  return `CSeq: [last_cseq_number] ${cseq.split(/\s+/)[1] ?? ''}`;
}
