import type { Difference } from './difference.ts';
import {
  type HeaderValue,
  isCredentials,
  orderMatters,
  type Part,
  samePart,
  uriParts,
  valuesOf,
} from './header-value.ts';
import { parseSdp } from './sdp.ts';
import { sdpDifference } from './sdp-difference.ts';
import { parseSip, type SipText } from './sip-text.ts';

type Parts = ReadonlyMap<string, Part>;

/** What two messages say differently: order, case, spelling and line breaks that mean nothing are no difference. */
export function differences(leftRaw: string, rightRaw: string): Difference[] {
  const left = parseSip(leftRaw);
  const right = parseSip(rightRaw);
  return [...startLines(left, right), ...headers(left, right), ...bodies(left, right)];
}

function startLines(left: SipText, right: SipText): Difference[] {
  return partDifferences('start line', '', startLineOf(left.startLine), startLineOf(right.startLine));
}

function startLineOf(line: string): Parts {
  const response = /^SIP\/\S+ (\d{3}) ?(.*)$/i.exec(line);
  if (response) return new Map([['Status', whole(`${response[1]} ${response[2]}`.trim())]]);
  const [method = '', uri = ''] = line.split(' ');
  const parts = [...uriParts(uri)].map(([part, said]) => [`Request-URI ${part}`.trim(), said] as const);
  return new Map([['Method', whole(method)], ...parts]);
}

const whole = (text: string): Part => ({ text, exact: true });

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
    ...onlyLeft.flatMap((value) => valueDifference(name, value, undefined)),
    ...rest.flatMap((value) => valueDifference(name, undefined, value)),
  ];
}

const NOTHING: Parts = new Map();

/** Part by part, but for what only one message says: that is told as it stands, if it is not as long as credentials are. */
function valueDifference(
  name: string,
  left: HeaderValue | undefined,
  right: HeaderValue | undefined,
): Difference[] {
  if ((left && right) || isCredentials(name))
    return partDifferences('headers', name, left?.parts ?? NOTHING, right?.parts ?? NOTHING);
  return [{ place: 'headers', name, left: left?.text ?? null, right: right?.text ?? null }];
}

function partDifferences(place: string, name: string, left: Parts, right: Parts): Difference[] {
  return [...new Set([...left.keys(), ...right.keys()])]
    .filter((part) => !samePart(left.get(part), right.get(part)))
    .map((part) => ({
      ...{ place, name: `${name} ${part}`.trim() },
      ...{ left: said(left.get(part)), right: said(right.get(part)) },
    }));
}

function said(part: Part | undefined): string | null {
  return part ? (part.text ?? 'present') : null;
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
