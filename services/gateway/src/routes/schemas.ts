import { Type } from '@fastify/type-provider-typebox';
import { CALL_STATUSES, Problem, Voice } from '@ringback/contracts';

/** A call's id; narrower than `format: uuid`, which takes `urn:uuid:` as well. */
export const CallParams = Type.Object({
  id: Type.String({ pattern: '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' }),
});

const Cursor = Type.Optional(Type.String({ minLength: 1, maxLength: 2000 }));

export const CallQuery = Type.Object({
  status: Type.Optional(
    Type.Unsafe<(typeof CALL_STATUSES)[number]>({ type: 'string', enum: [...CALL_STATUSES] }),
  ),
  q: Type.Optional(Type.String({ maxLength: 200 })),
  from: Type.Optional(Type.String({ format: 'date-time', description: 'Created at this time or later' })),
  to: Type.Optional(Type.String({ format: 'date-time', description: 'Created before this time' })),
  cursor: Cursor,
  limit: Type.Optional(
    Type.String({ pattern: '^(1000|[1-9][0-9]{0,2})$', description: '1 to 1000; default 50' }),
  ),
});

export const VoiceQuery = Type.Object({
  provider: Type.Optional(Voice.properties.provider),
  search: Type.Optional(Type.String({ maxLength: 200 })),
  cursor: Cursor,
});

export const SpeechParams = Type.Object({ file: Type.String({ pattern: '^[0-9a-f]{40}\\.wav$' }) });

export const StreamQuery = Type.Object({ since: Type.Optional(Type.String({ pattern: '^[0-9]{1,16}$' })) });

/** The problems that a route answers with, for its description. */
export function problems<const S extends number>(...statuses: readonly S[]): Record<S, typeof Problem> {
  return Object.fromEntries(statuses.map((status) => [status, Problem])) as Record<S, typeof Problem>;
}
