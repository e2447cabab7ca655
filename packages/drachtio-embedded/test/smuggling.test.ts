import { header, serializeMessage } from '@ringback/sip';
import { afterEach, describe, expect, it } from 'vitest';
import { deferred } from './network.ts';
import { PublicServer } from './public-server.ts';

let server: PublicServer;
afterEach(() => server.close());

describe('what stands in a message', () => {
  it('with Content-Length lies cannot hide a second request', async () => {
    server = await PublicServer.start();
    const phone = await server.network.phone('1001', 'tcp');
    const hidden = serializeMessage(phone.build('OPTIONS', 'sip:ringback.local'));
    for (const lie of [
      'Content-Length: 0\r\nl: 500',
      'Content-Length: 0, 500',
      'Content-Length: +5',
      'l: 0x5',
    ]) {
      const peer = await server.stranger('tcp');
      const text = Buffer.from(serializeMessage(phone.build('OPTIONS', 'sip:ringback.local'))).toString();
      peer.send(Buffer.concat([Buffer.from(text.replace('Content-Length: 0', lie)), hidden]));
      await expect.poll(() => peer.closed).toBe(true);
      expect(peer.heard.map((heard) => heard.slice(0, 11))).toEqual(['SIP/2.0 400']);
    }
  });

  it('control characters and NUL reach the application as text', async () => {
    const subject = deferred<string>();
    server = await PublicServer.start({}, (srf) =>
      srf.message((req, res) => {
        subject.resolve(req.get('subject'));
        res.send(200);
      }),
    );
    const phone = await server.network.phone('1001');
    phone.call('MESSAGE', 'sip:ringback.local', { headers: { Subject: 'a\0b\x07c\x1bd' } });
    await phone.response(200);
    expect(await subject.promise).toBe('a\0b\x07c\x1bd');
  });
});

describe('a header that an application sets', () => {
  it('never makes headers of the server’s own business, nor a second message', async () => {
    server = await PublicServer.start();
    const phone = await server.network.phone('1001');
    const name =
      'x\r\nVia: SIP/2.0/UDP evil\r\nRoute: <sip:evil;lr>\r\nRecord-Route: <sip:evil>\r\nContent-Length: 99';
    server.application
      .request(phone.contact.slice(1, -1), {
        method: 'MESSAGE',
        headers: { Subject: name, 'Content-Type': 'text/plain' },
        body: 'hi',
      })
      .catch(() => undefined);
    const message = await phone.request('MESSAGE');
    expect(message.headers.filter(({ value }) => value.includes('evil'))).toEqual([]);
    expect(header(message, 'Content-Length')).toBe('2');
    expect(Buffer.from(message.body).toString()).toBe('hi');
  });

  it.each(['\n', '\r', '\n\n', '\r\r'])('with %j in it stays one header', async (lineEnd) => {
    server = await PublicServer.start();
    const phone = await server.network.phone('1001');
    server.application
      .request(phone.contact.slice(1, -1), {
        method: 'OPTIONS',
        headers: { Subject: `a${lineEnd}X-Evil: b` },
      })
      .catch(() => undefined);
    const request = await phone.request('OPTIONS');
    expect(header(request, 'Subject')).toContain('a');
    expect(request.headers.filter(({ name }) => name.includes('Evil'))).toEqual([]);
  });
});
