/** A replacer for JSON: PostgreSQL's text holds neither NUL nor half a surrogate pair; what was captured may have either. */
export function storable(_member: string, value: unknown): unknown {
  return typeof value === 'string'
    ? value.replaceAll('\0', '\ufffd').replace(/\p{Surrogate}/gu, '\ufffd')
    : value;
}
