import type { Call, EndCode } from '@ringback/contracts';

export const CALL_COLUMNS = `id, status, from_number, from_name, to_number, to_name, text, voice_id, speech_provider,
  first_audio_ms, speech_cached, created_at, ringing_at, answered_at, ended_at, duration_ms, mos, end_by,
  end_sip_status, end_q850_cause, end_sentence, end_code, why_rule, why_sentence`;

export interface CallRow {
  id: string;
  status: Call['status'];
  from_number: string;
  from_name: string | null;
  to_number: string;
  to_name: string | null;
  text: string | null;
  voice_id: string | null;
  speech_provider: Call['speechProvider'];
  first_audio_ms: number | null;
  speech_cached: boolean | null;
  created_at: string;
  ringing_at: string | null;
  answered_at: string | null;
  ended_at: string | null;
  duration_ms: number | null;
  mos: number | null;
  end_by: NonNullable<Call['end']>['by'] | null;
  end_sip_status: number;
  end_q850_cause: number;
  end_sentence: string;
  end_code: EndCode | null;
  why_rule: string | null;
  why_sentence: string | null;
}

export function callOf(row: CallRow): Call {
  return {
    id: row.id,
    status: row.status,
    from: { number: row.from_number, displayName: row.from_name },
    to: { number: row.to_number, displayName: row.to_name },
    text: row.text,
    voiceId: row.voice_id,
    speechProvider: row.speech_provider,
    firstAudioMs: row.first_audio_ms,
    speechCached: row.speech_cached,
    createdAt: row.created_at,
    ringingAt: row.ringing_at,
    answeredAt: row.answered_at,
    endedAt: row.ended_at,
    durationMs: row.duration_ms,
    mos: row.mos,
    // A constraint of the table sees to it that an end is whole or absent.
    end: row.end_by && {
      by: row.end_by,
      sipStatus: row.end_sip_status,
      q850Cause: row.end_q850_cause,
      sentence: row.end_sentence,
      ...(row.end_code !== null && { code: row.end_code }),
    },
    explanation: row.why_rule === null ? null : { rule: row.why_rule, sentence: row.why_sentence ?? '' },
  };
}
