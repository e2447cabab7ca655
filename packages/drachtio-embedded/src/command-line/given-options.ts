import { parseArgs } from 'node:util';
import { OPTIONS, type OptionSpec } from './option-table.ts';

/** One option as it was given. */
export interface Given {
  name: string;
  /** Empty for a flag. */
  value: string;
  /** How the user wrote it, for messages: `--port` or `DRACHTIO_ADMIN_TCP_PORT`. */
  written: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

const byName = new Map(OPTIONS.map((spec) => [spec.name, spec]));

/**
 * The options in their order, which matters: an external address belongs to the contact before it. Variables of the
 * environment come first, and count only for what the command line leaves out.
 * @throws Error with a sentence for the user.
 */
export function givenOptions(args: readonly string[], environment: Environment): Given[] {
  const written = fromArguments(args);
  const names = new Set(written.map(({ name }) => name));
  const given = [...fromEnvironment(environment).filter(({ name }) => !names.has(name)), ...written];
  for (const { name, written: text } of given) {
    const { refused } = byName.get(name) ?? {};
    if (refused !== undefined) throw new Error(`${text} is not supported by this server: ${refused}`);
  }
  return given;
}

/** What is taken to no effect, one line each. */
export function ignoredOptions(given: readonly Given[]): string[] {
  return given.flatMap(({ name, written }) => {
    const { ignored } = byName.get(name) ?? {};
    return ignored === undefined ? [] : [`${written} has no effect: ${ignored}`];
  });
}

function fromArguments(args: readonly string[]): Given[] {
  const options = Object.fromEntries(OPTIONS.map(parsable));
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  return tokens.map((token) => {
    if (token.kind !== 'option') throw new Error(`unexpected argument "${args[token.index]}"`);
    const { name, rawName, value } = token;
    const spec = byName.get(name);
    if (!spec) throw new Error(`unknown option ${rawName}${hint(name)}`);
    if (spec.value === undefined && value !== undefined) throw new Error(`${rawName} takes no value`);
    if (spec.value !== undefined && !value) throw new Error(`${rawName} needs a value: ${spec.value}`);
    return { name, value: value ?? '', written: rawName };
  });
}

function parsable({ name, short, value }: OptionSpec) {
  const type = value === undefined ? ('boolean' as const) : ('string' as const);
  return [name, { type, ...(short === undefined ? {} : { short }) }];
}

function fromEnvironment(environment: Environment): Given[] {
  const given = OPTIONS.flatMap(({ name, env, value }) => {
    const text = env === undefined ? undefined : environment[env];
    if (env === undefined || text === undefined || text === '') return [];
    if (value === undefined && text !== '1') return [];
    return [{ name, value: value === undefined ? '' : text, written: env }];
  });
  return [...given, ...homerFromEnvironment(environment)];
}

/** The one option that is two variables. */
function homerFromEnvironment(environment: Environment): Given[] {
  const { DRACHTIO_HOMER_ADDRESS: host, DRACHTIO_HOMER_PORT: port } = environment;
  if (!host) return [];
  return [{ name: 'homer', value: port ? `${host}:${port}` : host, written: 'DRACHTIO_HOMER_ADDRESS' }];
}

/** The option that was probably meant. */
function hint(name: string): string {
  const near = OPTIONS.map((spec) => ({ name: spec.name, distance: distance(name, spec.name) }))
    .filter((one) => one.distance <= 2 || (name.length >= 3 && one.name.startsWith(name)))
    .sort((one, other) => one.distance - other.distance)[0];
  return near ? `; did you mean --${near.name}?` : '; --help lists them all';
}

/** Letters to add, drop or change (Levenshtein). */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let at = 1; at <= one.length; at++) {
    const next = [at];
    for (let to = 1; to <= other.length; to++) {
      const change = row[to - 1]! + (one[at - 1] === other[to - 1] ? 0 : 1);
      next.push(Math.min(change, row[to]! + 1, next[to - 1]! + 1));
    }
    row = next;
  }
  return row[other.length]!;
}
