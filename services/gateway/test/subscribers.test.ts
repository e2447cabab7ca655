import type { Problem, SubscriberSecret } from '@ringback/contracts';
import { BusError } from '@ringback/runtime';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { gatewayUnderTest, startStore, type TestGateway, type TestStore } from './gateway-under-test.ts';

const MADE = { number: '1004', displayName: 'Dave <"&\'>', password: 'kufa-lomi-reba-42' };

let database: TestStore;
let gateway: TestGateway;
beforeAll(async () => {
  database = await startStore();
}, 60_000);
afterAll(() => database?.close());
beforeEach(async () => {
  gateway = await gatewayUnderTest(database.store, { token: 'the-token-of-this-test' });
  gateway.bus.serve('subscriber.create', async ({ number = '1004' }) => {
    if (number === '1001') throw new BusError('conflict', '1001 is taken; choose another number');
    return { ...MADE, number };
  });
  gateway.bus.serve('subscriber.reset', async ({ number }) => ({ ...MADE, number }));
});
afterEach(() => gateway.close());

type Method = 'GET' | 'HEAD' | 'POST' | 'PATCH' | 'DELETE';
const ask = (method: Method, url: string, payload?: object, headers: Record<string, string> = {}) =>
  gateway.app.inject({
    method,
    url,
    headers: { authorization: 'Bearer the-token-of-this-test', ...headers },
    ...(payload ? { payload } : {}),
  });
const create = async (headers?: Record<string, string>) =>
  (
    await ask('POST', '/api/subscribers', { displayName: MADE.displayName }, headers)
  ).json<SubscriberSecret>();
const pathOf = (url: string) => new URL(url).pathname;

describe('a new subscriber', () => {
  it('comes with password and set-up, and is told to be there', async () => {
    const answer = await ask('POST', '/api/subscribers', { displayName: 'Dave' });
    expect(answer.statusCode).toBe(201);
    expect(answer.headers.location).toBe('/api/subscribers/1004');
    expect(answer.json()).toMatchObject(MADE);
  });

  it.each([
    [409, undefined, { number: '1001' }],
    [422, 'number', { number: 'a b' }],
    [422, 'displayName', { displayName: '' }],
    [422, 'displayName', { displayName: 'a\r\nb' }],
    [422, 'name', { name: 'typo' }],
  ])('is refused with %i and %s for %o', async (status, field, body) => {
    const answer = await ask('POST', '/api/subscribers', body);
    expect(answer.statusCode).toBe(status);
    expect(answer.json<Problem>().field).toBe(field);
  });

  it('needs the token, as does everything else about subscribers', async () => {
    for (const [method, url] of [
      ['POST', '/api/subscribers'],
      ['PATCH', '/api/subscribers/1001'],
      ['POST', '/api/subscribers/1001/password'],
      ['DELETE', '/api/subscribers/1001'],
      ['DELETE', '/api/subscribers/1001/bindings/x'],
    ] as const)
      expect((await ask(method, url, undefined, { authorization: '' })).statusCode, url).toBe(401);
  });
});

describe('the set-up of a phone', () => {
  it('is fetched without the token, once', async () => {
    const { provisioning } = await create();
    const path = pathOf(provisioning.url);
    const fetched = await gateway.app.inject({ url: path });
    expect(fetched.statusCode).toBe(200);
    expect(fetched.headers['content-type']).toContain('application/xml');
    expect(fetched.headers['cache-control']).toBe('no-store');
    expect(fetched.body).toBe(provisioning.files.tcp);
    const again = await gateway.app.inject({ url: path });
    expect(again.statusCode).toBe(404);
    expect(again.json<Problem>().remedy).toMatch(/QR code/);
  });

  it('is not used up by a question that is none', async () => {
    const path = pathOf((await create()).provisioning.url);
    await gateway.app.inject({ method: 'HEAD', url: path });
    expect((await gateway.app.inject({ url: `${path}?transport=pigeon` })).statusCode).toBe(422);
    expect((await gateway.app.inject({ url: `${path}?transport=tls` })).body).toContain(';transport=tls');
  });

  it('is gone after ten minutes', async () => {
    const path = pathOf((await create()).provisioning.url);
    gateway.clock.advance(10 * 60_000);
    expect((await gateway.app.inject({ url: path })).statusCode).toBe(404);
  });

  it('is what Linphone reads, whatever the name is', async () => {
    const { files } = (await create()).provisioning;
    expect(files.udp).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<config xmlns="http://www.linphone.org/xsds/lpconfig.xsd">
  <section name="misc">
    <entry name="transient_provisioning" overwrite="true">1</entry>
  </section>
  <section name="sip">
    <entry name="default_proxy" overwrite="true">0</entry>
    <entry name="media_encryption" overwrite="true">none</entry>
  </section>
  <section name="auth_info_0">
    <entry name="username" overwrite="true">1004</entry>
    <entry name="passwd" overwrite="true">kufa-lomi-reba-42</entry>
    <entry name="realm" overwrite="true">ringback.local</entry>
  </section>
  <section name="proxy_0">
    <entry name="reg_proxy" overwrite="true">&#60;sip:127.0.0.1:5060;transport=udp&#62;</entry>
    <entry name="reg_route" overwrite="true">&#60;sip:127.0.0.1:5060;transport=udp;lr&#62;</entry>
    <entry name="reg_identity" overwrite="true">&#34;Dave &#60;\\&#34;&#38;&#39;&#62;&#34; &#60;sip:1004@127.0.0.1:5060&#62;</entry>
    <entry name="reg_expires" overwrite="true">600</entry>
    <entry name="reg_sendregister" overwrite="true">1</entry>
    <entry name="realm" overwrite="true">ringback.local</entry>
  </section>
</config>
`);
    expect(files.tls).toContain('127.0.0.1:5061;transport=tls');
  });

  it('is found where the page is, unless that is this machine itself', async () => {
    const urlOf = async (headers: Record<string, string>) => (await create(headers)).provisioning.url;
    expect(await urlOf({ host: 'localhost:3000' })).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/provisioning\//);
    expect(await urlOf({ host: 'pbx.example:3000' })).toMatch(/^http:\/\/pbx\.example:3000\/provisioning\//);
    const behindTls = { host: 'pbx.example', origin: 'https://pbx.example' };
    expect(await urlOf(behindTls)).toMatch(/^https:\/\/pbx\.example\/provisioning\//);
  });

  it('comes with a new password as well', async () => {
    const answer = (await ask('POST', '/api/subscribers/1002/password')).json<SubscriberSecret>();
    expect(answer).toMatchObject({ number: '1002', password: MADE.password });
    expect((await gateway.app.inject({ url: pathOf(answer.provisioning.url) })).statusCode).toBe(200);
  });
});

describe('a subscriber that is there', () => {
  it('is renamed, ended and deleted by whoever keeps it', async () => {
    const asked: object[] = [];
    gateway.bus.serve('subscriber.rename', async ({ number, displayName }) => {
      await database.store.subscribers.save({ number, displayName, kind: 'subscriber' });
      return { number };
    });
    gateway.bus.serve('subscriber.remove', async (order) => {
      asked.push(order);
      return order;
    });
    gateway.bus.serve('binding.remove', async (order) => {
      asked.push(order);
      return order;
    });
    const renamed = await ask('PATCH', '/api/subscribers/1002', { displayName: 'Bert' });
    expect(renamed.json()).toEqual({
      number: '1002',
      displayName: 'Bert',
      kind: 'subscriber',
      online: false,
      configured: false,
    });
    expect((await ask('DELETE', '/api/subscribers/1002/bindings/b-1')).statusCode).toBe(204);
    expect((await ask('DELETE', '/api/subscribers/1002')).statusCode).toBe(204);
    expect(asked).toEqual([{ number: '1002', id: 'b-1' }, { number: '1002' }]);
    expect((await ask('PATCH', '/api/subscribers/1002', {})).statusCode).toBe(422);
  });
});
