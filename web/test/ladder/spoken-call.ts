import { readFileSync } from 'node:fs';
import type { CallDetail, SipMessageRecord } from '@ringback/contracts';

/** A text spoken to a browser, as it was on the wire of a running Ringback and in its record. */
export const spoken = JSON.parse(readFileSync(new URL('./spoken-call.json', import.meta.url), 'utf8')) as {
  call: CallDetail;
  messages: SipMessageRecord[];
};

export function messageOf(raw: string, over: Partial<SipMessageRecord> = {}): SipMessageRecord {
  const text = raw.replace(/\n/g, '\r\n');
  const [start = ''] = raw.split('\n');
  const cseq = /^CSeq: (.*)$/m.exec(raw)?.[1] ?? '1 INVITE';
  const status = /^SIP\/2\.0 (\d+)/.exec(start)?.[1];
  return {
    ...{ id: 'm', callId: 'c', legId: 'l', sipCallId: /^Call-ID: (.*)$/m.exec(raw)?.[1] ?? 'x' },
    ...{ time: '2026-01-01T00:00:00.000Z', timeUs: 0, transport: 'udp', direction: 'in' },
    ...{ source: '10.0.0.1:5060', destination: '10.0.0.2:5060', raw: text, cseq },
    summary: status ? start.slice(8) : start.replace(/ SIP\/2\.0$/, ''),
    method: cseq.split(' ')[1] ?? '',
    status: status ? Number(status) : null,
    ...over,
  };
}
