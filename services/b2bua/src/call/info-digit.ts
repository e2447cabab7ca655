const KEYS = '0123456789*#ABCD';

/**
 * The key in an INFO, as phones have sent it since before RFC 6086 and without an Info-Package: a line `Signal=5` in
 * `application/dtmf-relay`, or the key alone in `application/dtmf`. 10 to 15 are the numbers that RFC 4733 3.2 gives to * # A B C D.
 */
export function digitOfInfo(contentType: string, body: string): string | undefined {
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase();
  if (type === 'application/dtmf-relay') return keyOf(/^\s*signal\s*=\s*(\S{1,2})\s*$/im.exec(body)?.[1]);
  return type === 'application/dtmf' ? keyOf(body.trim()) : undefined;
}

function keyOf(text: string | undefined): string | undefined {
  if (text === undefined || !/^(?:[\d*#A-D]|1[0-5])$/i.test(text)) return undefined;
  return text.length === 2 ? KEYS[Number(text)] : text.toUpperCase();
}
