import { header, headers } from '@ringback/sip';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf } from './support/calls.ts';
import { digestOf } from './support/digest.ts';
import type { Handler, Message, Response } from './support/srf.ts';
import { Testbed } from './support/testbed.ts';

const METHODS = ['OPTIONS', 'MESSAGE', 'REGISTER', 'INFO', 'NOTIFY', 'PUBLISH', 'SUBSCRIBE', 'INVITE'];

describe('requests that come to an application', () => {
  let bed: Testbed;
  beforeAll(async () => {
    bed = await Testbed.start();
  });
  afterEach(() => bed.clear());
  afterAll(() => bed?.close());

  it.each(METHODS)('%s is handled, with what it brings and what it is answered', async (method) => {
    const seen: Message[] = [];
    await bed.application((srf) =>
      srf.use(method.toLowerCase(), (req, res) => {
        seen.push(req);
        res.send(480, 'Later', { headers: { 'X-Seen': req.get('X-Color') } });
      }),
    );
    const phone = await bed.phone('1001');
    const headers = { 'X-Color': 'green', Event: 'presence', 'Subscription-State': 'active' };
    const request = phone.call(method, bed.uri('service'), {
      headers,
      body: 'hi',
      contentType: 'text/plain',
    });
    const answer = await phone.response(480, method);
    if (method === 'INVITE') phone.ackFailure(request, answer);
    expect(answer.reason).toBe('Later');
    expect(header(answer, 'X-Seen')).toBe('green');
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ method, body: 'hi', source: 'network', protocol: 'udp' });
    expect(seen[0]?.uri).toBe(bed.uri('service'));
  });

  it.each(METHODS)('%s is refused with 503 where nobody handles it', async (method) => {
    await bed.application((srf) => srf.use('bye', () => undefined));
    const phone = await bed.phone('1001');
    const request = phone.call(method, bed.uri('service'), { headers: { Event: 'presence' } });
    const answer = await phone.response(503, method);
    if (method === 'INVITE') phone.ackFailure(request, answer);
  });

  it('pass all middleware in order', async () => {
    const order: string[] = [];
    const step =
      (name: string): Handler =>
      (_req, _res, next) => {
        order.push(name);
        next();
      };
    await bed.application((srf) => {
      srf.use(step('all'));
      srf.use('register', step('one'), step('two'));
      srf.use('invite', step('never'));
      srf.register((_, res) => res.send(200));
    });
    const phone = await bed.phone('1001');
    phone.call('REGISTER', bed.uri('1001'));
    await phone.response(200, 'REGISTER');
    expect(order).toEqual(['all', 'one', 'two']);
  });

  it('get 404 when no middleware answers', async () => {
    await bed.application((srf) => srf.options((_req, _res, next) => next()));
    const phone = await bed.phone('1001');
    phone.call('OPTIONS', bed.uri('service'));
    await phone.response(404, 'OPTIONS');
  });

  it('come to the handler of errors when one goes wrong', async () => {
    await bed.application((srf) => {
      srf.options((_req, _res, next) => next(new Error('no such thing')));
      srf.use((error: Error, _req: Message, res: Response, _next: unknown) =>
        res.send(500, error.message, {}),
      );
    });
    const phone = await bed.phone('1001');
    phone.call('OPTIONS', bed.uri('service'));
    expect((await phone.response(500, 'OPTIONS')).reason).toBe('no such thing');
  });

  it('find a registrar that asks for a digest, written by hand', async () => {
    const password = 'secret';
    const bindings: string[] = [];
    await bed.application((srf) => {
      srf.use('register', (req, res, next) => {
        const given = req.has('Authorization') ? req.get('Authorization') : '';
        const nonce = /nonce="([^"]*)"/.exec(given)?.[1] ?? '';
        const uri = /uri="([^"]*)"/.exec(given)?.[1] ?? '';
        const right = digestOf({ username: '1001', realm: 'r', password, method: 'REGISTER', uri, nonce });
        if (nonce === 'n' && given.includes(`response="${right}"`)) return next();
        res.send(401, { headers: { 'WWW-Authenticate': 'Digest realm="r", nonce="n", algorithm=MD5' } });
      });
      srf.register((req, res) => {
        const contact = req.getParsedHeader('Contact')[0]!;
        bindings.push(contact.uri);
        res.send(200, { headers: { Contact: `<${contact.uri}>;expires=300`, Expires: '300' } });
      });
    });
    const phone = await bed.phone('1001');
    const uri = bed.uri('1001');
    phone.call('REGISTER', uri, { headers: { Expires: '300' } });
    const challenge = await phone.response(401, 'REGISTER');
    expect(header(challenge, 'WWW-Authenticate')).toBe('Digest realm="r", nonce="n", algorithm=MD5');
    const response = digestOf({
      username: '1001',
      realm: 'r',
      password,
      method: 'REGISTER',
      uri,
      nonce: 'n',
    });
    const Authorization = `Digest username="1001", realm="r", nonce="n", uri="${uri}", response="${response}"`;
    phone.call('REGISTER', uri, { headers: { Expires: '300', Authorization } });
    const registered = await phone.response(200, 'REGISTER');
    expect(header(registered, 'Contact')).toBe(`${phone.contact};expires=300`);
    expect(bindings).toEqual([phone.contact.slice(1, -1)]);
  });

  it('may be answered with a body and many headers', async () => {
    const body = '<presence>hö</presence>';
    await bed.application((srf) =>
      srf.options((_, res) =>
        res.send(200, {
          body,
          headers: { 'Content-Type': 'application/xml', Allow: 'INVITE, ACK', Supported: 'path' },
        }),
      ),
    );
    const phone = await bed.phone('1001');
    phone.call('OPTIONS', bed.uri('service'));
    const answer = await phone.response(200, 'OPTIONS');
    expect(bodyOf(answer)).toBe(body);
    expect(header(answer, 'Content-Type')).toBe('application/xml');
    expect(header(answer, 'Content-Length')).toBe(String(Buffer.byteLength(body)));
    expect(headers(answer, 'Allow')).toEqual(['INVITE', 'ACK']);
  });

  it('that are big come whole, and so does the answer', async () => {
    const body = 'x'.repeat(30_000);
    await bed.application((srf) =>
      srf.message((req, res) => res.send(200, { body: req.body, headers: { 'Content-Type': 'text/plain' } })),
    );
    const phone = await bed.phone('1001', 'tcp');
    phone.call('MESSAGE', bed.uri('service'), { body, contentType: 'text/plain' });
    expect(bodyOf(await phone.response(200, 'MESSAGE'))).toBe(body);
  });

  it('that are repeated are handled once', async () => {
    let count = 0;
    await bed.application((srf) =>
      srf.options((_, res) => {
        count += 1;
        res.send(200);
      }),
    );
    const phone = await bed.phone('1001');
    const request = phone.call('OPTIONS', bed.uri('service'));
    await phone.response(200, 'OPTIONS');
    phone.send(request);
    await phone.response(200, 'OPTIONS');
    expect(count).toBe(1);
  });
});
