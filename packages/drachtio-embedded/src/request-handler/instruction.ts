import { parseNameAddr, parseUri } from '@ringback/sip';
import { type ApplicationAddress, parseApplicationAddress } from './application-address.ts';

/** What a web handler decided about a request. */
export type Instruction =
  /** Refuse it; an empty reason is the status's own phrase. */
  | { action: 'reject'; status: number; reason: string }
  /** 302 with these Contact values. */
  | { action: 'redirect'; contacts: string[] }
  | { action: 'proxy'; proxy: ProxyInstruction }
  /** To an application that listens there. */
  | { action: 'route'; address: ApplicationAddress }
  /** To a connected application that has this tag. */
  | { action: 'route-tag'; tag: string };

/** Timeouts as drachtio writes them: `2s`, `1500ms`. */
export interface ProxyInstruction {
  destinations: string[];
  recordRoute: boolean;
  followRedirects: boolean;
  simultaneous: boolean;
  provisionalTimeout: string;
  finalTimeout: string;
}

export type InstructionResult = { ok: true; instruction: Instruction } | { ok: false; reason: string };

type Fields = Record<string, unknown>;

/** Reads `{"action": "reject", "data": {"status": 486}}` and its like. */
export function parseInstruction(text: string): InstructionResult {
  const root = parseObject(text);
  if (!root) return refuse('the answer is no JSON object');
  const { action, data } = root;
  if (!isFields(data)) return refuse('"data" must be an object');
  switch (action) {
    case 'reject':
      return reject(data);
    case 'redirect':
      return redirect(data);
    case 'proxy':
      return proxy(data);
    case 'route':
      return route(data);
    default:
      return refuse('"action" must be reject, proxy, redirect or route');
  }
}

function reject({ status, reason }: Fields): InstructionResult {
  if (typeof status !== 'number' || !Number.isInteger(status) || status < 300 || status > 699)
    return refuse('"status" must be a number from 300 to 699');
  return allow({ action: 'reject', status, reason: typeof reason === 'string' ? oneLine(reason) : '' });
}

function redirect({ contact, contacts }: Fields): InstructionResult {
  const values = strings(contact ?? contacts)?.map(contactValue);
  if (!values?.length || values.includes(undefined)) return refuse('"contact" must hold SIP URIs');
  return allow({ action: 'redirect', contacts: values.filter((value) => value !== undefined) });
}

function proxy(data: Fields): InstructionResult {
  const destinations = strings(data.destination);
  if (!destinations?.length) return refuse('"destination" must hold SIP URIs');
  const flag = (name: string, otherwise: boolean) => {
    const value = data[name];
    return typeof value === 'boolean' ? value : otherwise;
  };
  const text = (name: string, otherwise: string) => {
    const value = data[name];
    return typeof value === 'string' ? value : otherwise;
  };
  return allow({
    action: 'proxy',
    proxy: {
      destinations,
      recordRoute: flag('recordRoute', false),
      followRedirects: flag('followRedirects', true),
      simultaneous: flag('simultaneous', false),
      provisionalTimeout: text('provisionalTimeout', '5s'),
      finalTimeout: text('finalTimeout', '60s'),
    },
  });
}

function route({ uri, tag }: Fields): InstructionResult {
  if (typeof uri === 'string') {
    const address = parseApplicationAddress(uri);
    return address ? allow({ action: 'route', address }) : refuse('"uri" must be host:port');
  }
  return typeof tag === 'string'
    ? allow({ action: 'route-tag', tag })
    : refuse('"uri" or "tag" must be a text');
}

const allow = (instruction: Instruction): InstructionResult => ({ ok: true, instruction });
const refuse = (reason: string): InstructionResult => ({ ok: false, reason });

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parseObject(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** One text or a list of them; undefined for anything else. */
function strings(value: unknown): string[] | undefined {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.every((one) => typeof one === 'string') ? list : undefined;
}

/** A URI gets angle brackets, so that its parameters stay its own (RFC 3261 20.10). */
function contactValue(text: string): string | undefined {
  if (oneLine(text) !== text) return undefined;
  if (!text.includes('<')) return parseUri(text) ? `<${text}>` : undefined;
  const parsed = parseNameAddr(text);
  return parsed && parseUri(parsed.uri) ? text : undefined;
}

/** Nothing a web handler says may add a line to a SIP message. */
function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out.
  return text.replace(/[\u0000-\u001f\u007f]+/g, ' ');
}
