import type { LineEnd, LineFault } from '../end-words.ts';

/** What JsSIP says of the end of a session; `message` is the SIP message that ended it, if one did. */
export interface JsSipEnd {
  originator: string;
  cause: string;
  message: {
    status_code?: number;
    reason_phrase?: string;
    getHeader?: (name: string) => string | undefined;
  } | null;
}

const FAULTS: Readonly<Record<string, LineFault>> = {
  'RTP Timeout': 'no-media',
  'Connection Error': 'no-connection',
  'Request Timeout': 'no-reply',
  'WebRTC Error': 'webrtc',
  'Internal Error': 'webrtc',
  'Bad Media Description': 'webrtc',
  'No ACK': 'no-ack',
};

export function endOf({ originator, cause, message }: JsSipEnd): LineEnd {
  return {
    by: originator === 'local' || originator === 'remote' ? originator : 'system',
    sipStatus: message?.status_code ?? null,
    reasonPhrase: message?.reason_phrase ?? '',
    fault: FAULTS[cause] ?? null,
    // RFC 3326 2: a CANCEL sent because another branch was answered says so with SIP cause 200.
    answeredElsewhere: /\bSIP\b[^,]*cause=200\b/i.test(message?.getHeader?.('Reason') ?? ''),
  };
}
