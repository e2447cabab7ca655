import { parseArgs } from 'node:util';
import { OPTIONS, type OptionSpec, OTHER_NAMES } from './option-table.ts';

/** One option as it was given. */
export type Given = {
  readonly name: string;
  /** Empty for a flag. */
  readonly value: string;
};

/** No file is read: the one value says so. */
const CONFIG_FILE: OptionSpec = { name: 'config-file', value: 'none', text: 'configuration file' };
const BY_NAME = new Map([...OPTIONS, CONFIG_FILE].map((spec) => [spec.name, spec]));

/** @throws Error with a sentence for the user. */
export function givenOptions(args: readonly string[]): Given[] {
  const spellings = [
    ...BY_NAME.values(),
    ...[...OTHER_NAMES].map(([name, of]) => ({ ...BY_NAME.get(of)!, name })),
  ];
  const options = Object.fromEntries(spellings.map(parsable));
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  return tokens.map((token) => {
    if (token.kind !== 'option') throw new Error(`unexpected argument "${args[token.index]}"`);
    return checked(token.name, token.rawName, token.value);
  });
}

function checked(spelling: string, written: string, value: string | undefined): Given {
  const name = OTHER_NAMES.get(spelling) ?? spelling;
  const spec = BY_NAME.get(name);
  if (!spec) throw new Error(`unknown option ${written}${hint(name)}`);
  if (spec.refused !== undefined) throw new Error(`${written} is not supported: ${spec.refused}`);
  if (spec.value === undefined && value !== undefined) throw new Error(`${written} takes no value`);
  if (spec.value !== undefined && !value) throw new Error(`${written} needs a value: ${spec.value}`);
  if (spec === CONFIG_FILE && value !== 'none') throw new Error(`${written}: write the settings as options`);
  return { name, value: value ?? '' };
}

/** What is taken to no effect, one line each. */
export function ignoredOptions(given: readonly Given[]): string[] {
  return given.flatMap(({ name }) => {
    const { ignored } = BY_NAME.get(name) ?? {};
    return ignored === undefined ? [] : [`--${name} has no effect: ${ignored}`];
  });
}

function parsable({ name, short, value }: OptionSpec) {
  const type = value === undefined ? ('boolean' as const) : ('string' as const);
  return [name, { type, multiple: true, ...(short === undefined ? {} : { short }) }];
}

/** The option that was probably meant: one that begins alike, or has the same words. */
function hint(name: string): string {
  const words = sorted(name);
  const near =
    OPTIONS.find((one) => sorted(one.name) === words) ?? OPTIONS.find((one) => alike(one.name, name));
  return near ? `; did you mean --${near.name}?` : '; --help lists them all';
}

function sorted(name: string): string {
  return name.toLowerCase().split(/[-_]/).sort().join('-');
}

function alike(known: string, given: string): boolean {
  const length = Math.max(3, Math.floor(given.length * 0.7));
  return given.length >= 3 && known.startsWith(given.slice(0, length));
}
