import { SpeechError, type SpeechErrorCode } from '../speech-error.ts';

/** What an error response says, whichever of its shapes it has. `status` is the API's own word for the error. */
export interface Refusal {
  httpStatus: number;
  status: string | undefined;
  message: string | undefined;
}

/** `{"detail":{"status","message"}}`, `{"detail":[{"loc","msg","type"}]}`, `{"detail":"text"}`, or just text. */
export function refusalOf(httpStatus: number, body: unknown): Refusal {
  const detail = isRecord(body) ? (body.detail ?? body) : body;
  if (typeof detail === 'string') return { httpStatus, status: undefined, message: sentenceOf(detail) };
  if (Array.isArray(detail)) {
    const faults = detail.filter(isRecord).map(({ loc, msg }) => {
      const where = Array.isArray(loc) ? `${loc.join('.')}: ` : '';
      return typeof msg === 'string' ? `${where}${msg}` : '';
    });
    return { httpStatus, status: undefined, message: sentenceOf(faults.filter(Boolean).join('; ')) };
  }
  if (!isRecord(detail)) return { httpStatus, status: undefined, message: undefined };
  const { status, code, message } = detail;
  return {
    httpStatus,
    status: [status, code].find((word) => typeof word === 'string'),
    message: typeof message === 'string' ? sentenceOf(message) : undefined,
  };
}

/** True for the two refusals that pass by themselves. */
export function isBusy({ httpStatus, status }: Refusal): boolean {
  return httpStatus === 429 || status === 'system_busy' || status === 'too_many_concurrent_requests';
}

const byStatus: Readonly<Record<string, SpeechErrorCode>> = {
  invalid_api_key: 'invalid-key',
  missing_permissions: 'invalid-key',
  quota_exceeded: 'quota',
  voice_not_found: 'voice-not-found',
  max_character_limit_exceeded: 'text-too-long',
  text_too_long: 'text-too-long',
  too_many_concurrent_requests: 'rate-limited',
  system_busy: 'rate-limited',
};

const remedies: Readonly<Partial<Record<SpeechErrorCode, string>>> = {
  'invalid-key': 'ElevenLabs does not accept the API key. Check ELEVENLABS_API_KEY.',
  quota: 'The ElevenLabs account has no characters left. Wait for the next period or choose a larger plan.',
  'plan-limit': 'The plan of the ElevenLabs account does not allow this.',
  'voice-not-found': 'The ElevenLabs account has no such voice.',
  'text-too-long': 'The text is too long for this ElevenLabs model.',
  'rate-limited': 'ElevenLabs has too many requests of this account at the moment. Try again soon.',
  'bad-request': 'ElevenLabs does not accept the request.',
  unavailable: 'ElevenLabs has a fault of its own at the moment. Try again later.',
};

export function refusalError(refusal: Refusal, requestId: string | undefined): SpeechError {
  const code = byStatus[refusal.status ?? ''] ?? codeOfHttpStatus(refusal.httpStatus);
  const said = [refusal.httpStatus, refusal.status, refusal.message].filter(Boolean).join(' ');
  return new SpeechError(code, `${remedies[code]} It said: ${said}`, { requestId });
}

function codeOfHttpStatus(httpStatus: number): SpeechErrorCode {
  switch (httpStatus) {
    case 401:
      return 'invalid-key';
    case 402:
    case 403:
      return 'plan-limit';
    case 404:
      return 'voice-not-found';
    case 429:
      return 'rate-limited';
    default:
      return httpStatus >= 400 && httpStatus < 500 ? 'bad-request' : 'unavailable';
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** One line of bounded length: it goes into logs and onto the page. */
function sentenceOf(text: string): string | undefined {
  return text.replace(/\s+/g, ' ').trim().slice(0, 300) || undefined;
}
