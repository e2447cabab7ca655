import type { Difference } from './difference.ts';
import {
  canonicalUri,
  type HeaderValue,
  orderMatters,
  type Parameter,
  sameParameter,
  sameWords,
  valuesOf,
} from './header-value.ts';
import { parseSdp } from './sdp.ts';
import { sdpDifference } from './sdp-difference.ts';
import { parseSip, type SipText } from './sip-text.ts';

/** What two messages say differently: order, case, spelling and line breaks that mean nothing are no difference. */
export function differences(leftRaw: string, rightRaw: string): Difference[] {
  const left = parseSip(leftRaw);
  const right = parseSip(rightRaw);
  return [...startLines(left, right), ...headers(left, right), ...bodies(left, right)];
}

function startLines(left: SipText, right: SipText): Difference[] {
  const [a, b] = [left, right].map(({ startLine }) => startLineOf(startLine));
  if (!a || !b) return [];
  return [...new Set([...a.keys(), ...b.keys()])].flatMap((name) =>
    unlessSame({ place: 'start line', name, left: a.get(name) ?? null, right: b.get(name) ?? null }),
  );
}

function startLineOf(line: string): Map<string, string> {
  const response = /^SIP\/\S+ (\d{3}) ?(.*)$/i.exec(line);
  if (response) return new Map([['Status', `${response[1]} ${response[2]}`.trim()]]);
  const [method = '', uri = ''] = line.split(' ');
  return new Map([
    ['Method', method],
    ['Request-URI', canonicalUri(uri)],
  ]);
}

function headers(left: SipText, right: SipText): Difference[] {
  const [a, b] = [headerValues(left), headerValues(right)];
  return [...new Set([...a.keys(), ...b.keys()])].flatMap((key) => {
    const [ours, theirs] = [a.get(key), b.get(key)];
    const name = ours?.name ?? theirs?.name ?? key;
    const compare = orderMatters(key) ? inOrder : asSets;
    return compare(name, ours?.values ?? [], theirs?.values ?? []);
  });
}

interface NamedValues {
  name: string;
  values: HeaderValue[];
}

function headerValues({ headers }: SipText): Map<string, NamedValues> {
  const found = new Map<string, NamedValues>();
  for (const { name, value } of headers) {
    const key = name.toLowerCase();
    const known = found.get(key);
    const values = valuesOf(name, value);
    if (known) known.values.push(...values);
    else found.set(key, { name, values });
  }
  return found;
}

function inOrder(name: string, left: HeaderValue[], right: HeaderValue[]): Difference[] {
  const count = Math.max(left.length, right.length);
  return Array.from({ length: count }, (_, index) => {
    const label = count > 1 ? `${name} ${index + 1}` : name;
    return valueDifference(label, left[index], right[index]);
  }).flat();
}

function asSets(name: string, left: HeaderValue[], right: HeaderValue[]): Difference[] {
  const rest = [...right];
  const onlyLeft = left.filter((value) => {
    const at = rest.findIndex((other) => valueDifference(name, value, other).length === 0);
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
  return [
    ...onlyLeft.map((value) => ({ place: 'headers', name, left: valueText(value), right: null })),
    ...rest.map((value) => ({ place: 'headers', name, left: null, right: valueText(value) })),
  ];
}

function valueDifference(
  name: string,
  left: HeaderValue | undefined,
  right: HeaderValue | undefined,
): Difference[] {
  if (!left || !right) {
    return unlessSame({
      place: 'headers',
      name,
      left: left ? valueText(left) : null,
      right: right ? valueText(right) : null,
    });
  }
  const main = sameWords(left.main, right.main, left.exact || right.exact)
    ? []
    : [{ place: 'headers', name, left: left.main, right: right.main }];
  const parameters = [...new Set([...left.parameters.keys(), ...right.parameters.keys()])];
  return [
    ...main,
    ...parameters.flatMap((key) =>
      parameterDifference(`${name} ;${key}`, left.parameters.get(key), right.parameters.get(key)),
    ),
  ];
}

function parameterDifference(
  name: string,
  left: Parameter | undefined,
  right: Parameter | undefined,
): Difference[] {
  if (sameParameter(left, right)) return [];
  return [{ place: 'headers', name, left: said(left), right: said(right) }];
}

function said(parameter: Parameter | undefined): string | null {
  return parameter ? (parameter.text ?? 'present') : null;
}

function valueText({ main, parameters }: HeaderValue): string {
  const written = [...parameters].map(([name, { text }]) => (text === null ? name : `${name}=${text}`));
  return [main, ...written].filter((part) => part !== '').join(';');
}

function bodies(left: SipText, right: SipText): Difference[] {
  const [a, b] = [parseSdp(left.body), parseSdp(right.body)];
  if (a && b) return sdpDifference(a, b);
  if (a || b)
    return [{ place: 'body', name: 'SDP', left: a ? 'present' : null, right: b ? 'present' : null }];
  return unlessSame({ place: 'body', name: 'Body', left: left.body.trim(), right: right.body.trim() });
}

function unlessSame(difference: Difference): Difference[] {
  return difference.left === difference.right ? [] : [difference];
}
