import type { Call } from '@ringback/contracts';

/** The record of a call with which nothing has happened yet. */
export function freshCall(id: string, from: Call['from'], to: Call['to'], createdAt: string): Call {
  return {
    id,
    status: 'queued',
    from,
    to,
    text: null,
    voiceId: null,
    speechProvider: null,
    createdAt,
    ringingAt: null,
    answeredAt: null,
    endedAt: null,
    durationMs: null,
    end: null,
  };
}
