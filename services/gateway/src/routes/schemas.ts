import { Type } from '@fastify/type-provider-typebox';
import { CALL_STATUSES, PHONE_TRANSPORTS, type PhoneTransport, Problem, Voice } from '@ringback/contracts';

/** A call's id; narrower than `format: uuid`, which takes `urn:uuid:` as well. */
export const CallParams = Type.Object({
  id: Type.String({ pattern: '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' }),
});

const Cursor = Type.Optional(Type.String({ minLength: 1, maxLength: 2000 }));

const STATUS = CALL_STATUSES.join('|');
const Seconds = (description: string) =>
  Type.Optional(Type.String({ pattern: '^[0-9]{1,6}(\\.[0-9]{1,3})?$', description }));

export const CallFilterQuery = Type.Object({
  status: Type.Optional(
    Type.String({ pattern: `^(${STATUS})(,(${STATUS}))*$`, maxLength: 100, description: 'One or several' }),
  ),
  q: Type.Optional(
    Type.String({
      maxLength: 200,
      description: 'Words that stand anywhere in the record or in its legs; "in quotes": together',
    }),
  ),
  from: Type.Optional(Type.String({ format: 'date-time', description: 'Created at this time or later' })),
  to: Type.Optional(Type.String({ format: 'date-time', description: 'Created before this time' })),
  caller: Type.Optional(
    Type.String({ minLength: 1, maxLength: 64, description: 'Number, or part of the name' }),
  ),
  callee: Type.Optional(
    Type.String({ minLength: 1, maxLength: 64, description: 'Number, or part of the name' }),
  ),
  minDuration: Seconds('Talked for at least so many seconds'),
  maxDuration: Seconds('Talked for at most so many seconds'),
  mosBelow: Type.Optional(
    Type.String({
      pattern: '^[1-5](\\.[0-9]{1,2})?$',
      description: 'The worse direction sounded worse than this',
    }),
  ),
  sipStatus: Type.Optional(
    Type.String({ pattern: '^[2-6]([0-9]{2}|xx)$', description: 'It ended with this status: 486, or 4xx' }),
  ),
});

export const CallQuery = Type.Object({
  ...CallFilterQuery.properties,
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

const SubscriberNumber = Type.String({ pattern: '^[A-Za-z0-9+*#._-]{1,32}$' });

export const SubscriberParams = Type.Object({ number: SubscriberNumber });

export const BindingParams = Type.Object({
  number: SubscriberNumber,
  id: Type.String({ minLength: 1, maxLength: 64 }),
});

export const ProvisioningParams = Type.Object({ secret: Type.String({ pattern: '^[A-Za-z0-9_-]{32}$' }) });

export const ProvisioningQuery = Type.Object({
  transport: Type.Optional(Type.Unsafe<PhoneTransport>({ type: 'string', enum: [...PHONE_TRANSPORTS] })),
});
