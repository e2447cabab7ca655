import { tortureBytes as file, type TortureMessage, tortureMessages } from '@ringback/testing';
import { describe, expect, it } from 'vitest';
import {
  header,
  headers,
  isUsableResponse,
  parseMessage,
  parseNameAddr,
  parseUri,
  parseVia,
  type SipMessage,
  StreamFramer,
  sameUri,
  serializeMessage,
  topVia,
  unescapeUri,
  validateRequest,
} from '../src/index.ts';

function message(path: string): SipMessage {
  const result = parseMessage(file(path));
  if (!result.ok) throw new Error(`${path}: ${result.error.reason}`);
  return result.message;
}

function outcome(bytes: Uint8Array): TortureMessage['read'] {
  const result = parseMessage(bytes);
  if (!result.ok) return result.request === undefined ? 'discard' : result.error.status;
  if (result.message.kind === 'response') return isUsableResponse(result.message) ? 'fit' : 'discard';
  return validateRequest(result.message)?.status ?? 'fit';
}

describe('the messages of RFC 4475 and RFC 5118', () => {
  it.each(tortureMessages)('$path: $expected', ({ bytes, expected, read }) => {
    expect(outcome(bytes)).toBe(read);
    if (typeof read === 'number') expect(expected).toContain(String(read));
  });

  it('are the same again after they were written', () => {
    for (const { path, bytes } of tortureMessages) {
      const first = parseMessage(bytes);
      if (!first.ok) continue;
      const second = parseMessage(serializeMessage(first.message));
      expect(second.ok, path).toBe(true);
      const bare = (m: SipMessage) => ({
        ...m,
        headers: m.headers.filter((h) => h.name !== 'Content-Length'),
      });
      expect(second.ok && bare(second.message), path).toEqual(bare(first.message));
    }
  });
});

describe('what the torture messages mean', () => {
  it('3.1.1.1 unfolds, expands and takes spaces out', () => {
    const invite = message('rfc4475/wsinv.dat');
    expect(header(invite, 'to')).toBe('sip:vivekg@chair-dnrc.example.com ;   tag    = 1918181833n');
    expect(headers(invite, 'v').map((value) => parseVia(value)?.transport)).toEqual(['UDP', 'TCP', 'UDP']);
    expect(topVia(invite)).toMatchObject({ protocol: 'SIP/2.0', host: '192.0.2.2' });
    expect(header(invite, 'Subject')).toBe('');
    expect(header(invite, 'NewFangledHeader')).toBe('newfangled value continued newfangled value');
    expect(header(invite, 'UnknownHeaderWithUnusualValue')).toBe(';;,,;;,;');
    expect(parseNameAddr(header(invite, 'from')!)).toMatchObject({ displayName: 'J Rosenberg \\"' });
    expect(parseNameAddr(header(invite, 'm')!)?.params.get('q')).toBe('0.33');
    expect(invite.body.length).toBe(150);
  });

  it('3.1.1.2 keeps NUL, BEL and DEL of a quoted name', () => {
    const request = message('rfc4475/intmeth.dat');
    expect(parseNameAddr(header(request, 'To')!)?.displayName).toBe('BEL:\x07 NUL:\0 DEL:\x7f');
    expect(parseNameAddr(header(request, 'From')!)?.params.get("fromparam''~+*_!.-%")).toBe('"работающий"');
  });

  it('3.1.1.3 unescapes once and compares unescaped', () => {
    const invite = message('rfc4475/esc01.dat');
    expect(unescapeUri(parseUri(parseNameAddr(header(invite, 'From')!)!.uri)!.user!)).toBe('I have spaces');
    expect(unescapeUri('value%25%34%31')).toBe('value%41');
    expect(sameUri(header(invite, 'To')!, 'sip:user@example.com')).toBe(true);
  });

  it('3.1.1.4 tells contacts apart that differ in escaped NULs', () => {
    const contacts = headers(message('rfc4475/escnull.dat'), 'Contact').map(
      (value) => parseNameAddr(value)!.uri,
    );
    expect(contacts).toHaveLength(2);
    expect(sameUri(contacts[0]!, contacts[1]!)).toBe(false);
    expect(unescapeUri(parseUri(contacts[1]!)!.user!)).toBe('\0\0');
  });

  it('3.1.1.5 takes no escape out of a method or display name', () => {
    const request = message('rfc4475/esc02.dat');
    expect(request).toMatchObject({ method: 'RE%47IST%45R' });
    expect(headers(request, 'Contact')).toHaveLength(2);
  });

  it('3.1.1.8 leaves the second message of a datagram out', () => {
    expect(message('rfc4475/dblreq.dat')).toMatchObject({ method: 'REGISTER', body: { length: 0 } });
  });

  it('3.1.1.9 keeps semicolons of the user part there', () => {
    const uri = parseUri((message('rfc4475/semiuri.dat') as { uri: string }).uri)!;
    expect(unescapeUri(uri.user!)).toBe('user;par=u@example.net');
    expect(uri.params.size).toBe(0);
  });

  it('3.1.1.12 reads a reason in UTF-8', () => {
    expect(message('rfc4475/unreason.dat')).toMatchObject({
      status: 200,
      reason: '= 2**3 * 5**2 но сто девяносто девять - простое',
    });
    expect(message('rfc4475/noreason.dat')).toMatchObject({ status: 100, reason: '' });
  });

  it('3.3.12 and 3.3.13 keep a contact parameter and a URI parameter on their sides', () => {
    const outside = parseNameAddr(header(message('rfc4475/cparam01.dat'), 'Contact')!)!;
    const inside = parseNameAddr(header(message('rfc4475/cparam02.dat'), 'Contact')!)!;
    expect([outside.params.has('unknownparam'), outside.uri]).toEqual([
      true,
      'sip:+19725552222@gw1.example.net',
    ]);
    expect([inside.params.has('unknownparam'), parseUri(inside.uri)!.params.has('unknownparam')]).toEqual([
      false,
      true,
    ]);
  });

  it('3.3.5 names the extensions that nobody supports', () => {
    const request = message('rfc4475/bext01.dat');
    expect(request.kind === 'request' && validateRequest(request, { supported: ['100rel'] })).toMatchObject({
      status: 420,
      headers: [
        {
          name: 'Unsupported',
          value:
            'nothingSupportsThis, nothingSupportsThisEither, noProxiesSupportThis, norDoAnyProxiesSupportThis',
        },
      ],
    });
  });

  it('RFC 5118 4.3 and 4.4 read a port only outside the brackets', () => {
    const uriOf = (path: string) => parseUri((message(path) as { uri: string }).uri);
    expect(uriOf('rfc5118/port-ambiguous.dat')).toMatchObject({
      host: '[2001:db8::10:5070]',
      port: undefined,
    });
    expect(uriOf('rfc5118/port-unambiguous.dat')).toMatchObject({ host: '[2001:db8::10]', port: 5070 });
  });

  it('RFC 5118 4.5 reads received with and without brackets', () => {
    const received = (path: string) => topVia(message(path))?.params.get('received');
    expect(received('rfc5118/via-received-param-with-delim.dat')).toBe('[2001:db8::9:255]');
    expect(received('rfc5118/via-received-param-no-delim.dat')).toBe('2001:db8::9:255');
  });

  it('3.1.2.2, 3.1.2.3 and 3.3.9 over a stream wait or give it up, never read over the end', () => {
    const clerr = file('rfc4475/clerr.dat');
    expect(new StreamFramer().push(clerr)).toEqual([]);
    for (const name of ['ncl', 'mcl01']) {
      const framer = new StreamFramer();
      expect(framer.push(file(`rfc4475/${name}.dat`))).toMatchObject([
        { kind: 'error', request: { kind: 'request' } },
      ]);
      expect(framer.push(file('rfc4475/dblreq.dat'))).toEqual([]);
    }
  });
});
