export type SipParseErrorCode =
  | 'empty'
  | 'too-large'
  | 'too-many-headers'
  | 'truncated'
  | 'start-line'
  | 'version'
  | 'request-uri'
  | 'status-code'
  | 'header-syntax'
  | 'content-length';

/** Why bytes are no SIP message, with the status that a request like this is answered with. */
export interface SipParseError {
  readonly code: SipParseErrorCode;
  /** 400 Bad Request, 505 Version Not Supported, 513 Message Too Large. */
  readonly status: number;
  readonly reason: string;
  /** The header or part of the start line that is at fault. */
  readonly field?: string;
}

const statusOf = (code: SipParseErrorCode): number => {
  if (code === 'version') return 505;
  return code === 'too-large' || code === 'too-many-headers' ? 513 : 400;
};

const reasons: Record<number, string> = {
  400: 'Bad Request',
  505: 'Version Not Supported',
  513: 'Message Too Large',
};

export function parseError(code: SipParseErrorCode, field?: string): SipParseError {
  const status = statusOf(code);
  const reason = field === undefined || status !== 400 ? reasons[status]! : `Bad ${field}`;
  return field === undefined ? { code, status, reason } : { code, status, reason, field };
}
