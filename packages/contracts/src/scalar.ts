import { type TSchema, Type } from 'typebox';

/** ISO 8601 with milliseconds, UTC. */
export const Timestamp = Type.String({ format: 'date-time' });

export const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** A union of string literals, which TypeScript sees as such and OpenAPI as an enum. */
export const literals = <const T extends readonly string[]>(values: T) =>
  Type.Unsafe<T[number]>({ type: 'string', enum: [...values] });
