import { CALL_STATUSES, type Call, type CallDetail, type Problem } from '@ringback/contracts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  aCall,
  aLeg,
  eventually,
  gatewayUnderTest,
  ISSUED,
  serveSessions,
  serveVoice,
  startStore,
  type TestGateway,
  type TestStore,
} from './gateway-under-test.ts';

let database: TestStore;
let gateway: TestGateway;
beforeAll(async () => {
  database = await startStore();
}, 60_000);
afterAll(() => database?.close());
beforeEach(async () => {
  gateway = await gatewayUnderTest(database.store);
});
afterEach(() => gateway.close());

type Method = 'GET' | 'POST' | 'DELETE' | 'PUT';
const ask = async <T = Problem>(method: Method, url: string, payload?: object, headers = {}) => {
  const response = await gateway.app.inject({ method, url, headers, ...(payload ? { payload } : {}) });
  return {
    ...response,
    status: response.statusCode,
    body: response.json() as T,
    type: response.headers['content-type'],
  };
};
const problem = (status: number, more: Partial<Problem> = {}) => ({
  status,
  type: expect.stringContaining('application/problem+json'),
  body: expect.objectContaining({ status, title: expect.any(String), detail: expect.any(String), ...more }),
});

describe('POST /api/session', () => {
  it('gives SIP credentials and the address of the page’s own SIP WebSocket', async () => {
    serveSessions(gateway.bus);
    const host = 'localhost:3000';
    const { status, body } = await ask('POST', '/api/session', {}, { host });
    expect({ status, body }).toEqual({
      status: 200,
      body: { ...ISSUED, wsUrl: 'ws://localhost:3000/sip', iceServers: [] },
    });
    const behindTls = { host: '127.0.0.1', origin: 'https://127.0.0.1' };
    expect(await ask('POST', '/api/session', undefined, behindTls)).toMatchObject({
      status: 200,
      body: { wsUrl: 'wss://127.0.0.1/sip' },
    });
  });

  it('refuses a number that nobody has', async () => {
    serveSessions(gateway.bus);
    expect(await ask('POST', '/api/session', { number: '2999' })).toMatchObject(
      problem(404, { field: 'number' }),
    );
    expect(await ask('POST', '/api/session', { number: 'a b' })).toMatchObject(
      problem(422, { field: 'number' }),
    );
    expect(await ask('POST', '/api/session', { name: '1' })).toMatchObject(problem(422, { field: 'name' }));
  });

  it('says so when the B2BUA is not there', async () => {
    const answer = await ask('POST', '/api/session', {});
    expect(answer).toMatchObject(problem(503, { remedy: expect.stringContaining('/api/health') }));
    expect(answer.headers['retry-after']).toBeDefined();
  });
});

describe('POST /api/calls', () => {
  const order = { to: '1001', text: 'Your table is ready.' };

  it('hands the call to a voice, and records it', async () => {
    const taken = serveVoice(gateway.bus);
    const heard: string[] = [];
    gateway.bus.subscribe('network.event', (event) => heard.push(event.type));
    const { status, body, headers } = await ask<{ id: string }>('POST', '/api/calls', {
      ...order,
      to: 'alice',
      voiceId: 'rachel',
      from: 'Café "Zoë"',
    });
    expect(status).toBe(202);
    expect(headers.location).toBe(`/api/calls/${body.id}`);
    expect(taken).toEqual([
      { callId: body.id, to: '1001', text: order.text, voiceId: 'rachel', fromName: 'Café "Zoë"' },
    ]);
    expect(heard).toEqual(['call.queued']);
    expect((await ask('GET', `/api/calls/${body.id}`)).body).toMatchObject({
      status: 'queued',
      from: { displayName: 'Café "Zoë"' },
      to: { number: '1001', displayName: 'Alice' },
      text: order.text,
      events: [{ type: 'call.queued' }],
    });
  });

  it('needs no phone for the numbers of services and of SIP answers', async () => {
    const taken = serveVoice(gateway.bus);
    for (const to of ['9196', '486'])
      expect(await ask('POST', '/api/calls', { ...order, to })).toMatchObject({ status: 202 });
    expect(taken.map(({ to }) => to)).toEqual(['9196', '486']);
  });

  it('refuses whom it cannot reach', async () => {
    serveVoice(gateway.bus);
    expect(await ask('POST', '/api/calls', { ...order, to: '4711' })).toMatchObject(
      problem(404, { field: 'to' }),
    );
    expect(await ask('POST', '/api/calls', { ...order, to: 'voice' })).toMatchObject(
      problem(404, { field: 'to' }),
    );
    expect(await ask('POST', '/api/calls', { ...order, to: 'Bob' })).toMatchObject(
      problem(409, { field: 'to' }),
    );
    gateway.clock.advance(3_700_000);
    expect(await ask('POST', '/api/calls', order)).toMatchObject(problem(409, { field: 'to' }));
  });

  it.each([
    ['to', { text: 'x' }],
    ['text', { to: '1001' }],
    ['text', { to: '1001', text: '' }],
    ['text', { to: '1001', text: 'x'.repeat(5001) }],
    ['text', { to: '1001', text: 'nul \0' }],
    ['to', { to: 'sip:1001@evil', text: 'x' }],
    ['to', { to: 1001, text: 'x' }],
    ['from', { to: '1001', text: 'x', from: 'a\r\nX-Injected: 1' }],
    ['from', { to: '1001', text: 'x', from: 'a\u0085b' }],
    ['voiceId', { to: '1001', text: 'x', voiceId: 'v\n' }],
    ['form', { to: '1001', text: 'x', form: 'typo' }],
  ])('names %s as what is wrong with %j', async (field, body) => {
    const answer = await ask('POST', '/api/calls', body);
    expect(answer).toMatchObject(problem(422, { field }));
    if (field !== 'form') expect(answer.body.remedy).toBeDefined();
  });

  it('refuses what is no JSON', async () => {
    const text = {
      method: 'POST',
      url: '/api/calls',
      headers: { 'content-type': 'text/xml' },
      payload: '<a/>',
    } as const;
    expect((await gateway.app.inject(text)).statusCode).toBe(415);
    const broken = { ...text, headers: { 'content-type': 'application/json' }, payload: '{"to":' } as const;
    const answer = await gateway.app.inject(broken);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ status: 400, remedy: expect.any(String) });
    const large = { ...broken, payload: JSON.stringify({ to: '1001', text: 'x'.repeat(70_000) }) };
    expect((await gateway.app.inject(large)).statusCode).toBe(413);
  });

  it('closes the record when no voice is there', async () => {
    const ended: Call[] = [];
    gateway.bus.subscribe('network.event', (event) => event.type === 'call.ended' && ended.push(event.call));
    const answer = await ask('POST', '/api/calls', { ...order, text: 'Nobody speaks.' });
    expect(answer).toMatchObject(problem(503, { remedy: expect.any(String) }));
    expect(answer.headers['retry-after']).toBeDefined();
    expect(ended).toMatchObject([{ status: 'failed', end: { by: 'network', sipStatus: 503 } }]);
    const { body } = await ask<{ calls: Call[] }>('GET', '/api/calls?q=nobody%20speaks');
    expect(body.calls).toMatchObject([{ id: ended[0]?.id, status: 'failed' }]);
  });

  it('ends the record when the voice cannot call, once', async () => {
    serveVoice(gateway.bus);
    const { body } = await ask<{ id: string }>('POST', '/api/calls', order);
    const ended: Call[] = [];
    gateway.bus.subscribe('network.event', (event) => event.type === 'call.ended' && ended.push(event.call));
    const end = { by: 'network', sipStatus: 503, q850Cause: 38, sentence: 'No SIP server.' } as const;
    gateway.bus.publish('voice.failed', { callId: body.id, end });
    gateway.bus.publish('voice.failed', { callId: body.id, end: { ...end, sentence: 'Again.' } });
    await eventually(
      () => ended.length,
      (count) => count > 0,
    );
    const { body: detail } = await ask<Call>('GET', `/api/calls/${body.id}`);
    expect(detail).toMatchObject({ status: 'failed', end });
    expect(ended).toHaveLength(1);
  });

  it('takes no calls while it is stopping', async () => {
    serveVoice(gateway.bus);
    gateway.desk.drain();
    const answer = await ask('POST', '/api/calls', order);
    expect(answer).toMatchObject(problem(503));
    expect(answer.headers['retry-after']).toBeDefined();
    expect(await ask('GET', '/api/calls')).toMatchObject({ status: 200 });
  });
});

describe('calls', () => {
  const end = { by: 'callee', sipStatus: 200, q850Cause: 16, sentence: 'Alice, "hung up"' } as const;

  it('are hung up over the bus, unless they are unknown or over', async () => {
    const call = aCall();
    await database.store.calls.create(call);
    const hangUps: string[] = [];
    gateway.bus.subscribe('call.hangup', ({ callId }) => hangUps.push(callId));
    expect(await ask('DELETE', `/api/calls/${call.id}`)).toMatchObject({
      status: 202,
      body: { id: call.id },
    });
    await eventually(
      () => hangUps,
      (ids) => ids.includes(call.id),
    );
    await database.store.calls.end(call.id, 'completed', end, new Date().toISOString());
    expect(await ask('DELETE', `/api/calls/${call.id}`)).toMatchObject(problem(409));
    expect(await ask('DELETE', `/api/calls/${aCall().id}`)).toMatchObject(problem(404));
    expect(await ask('DELETE', '/api/calls/17')).toMatchObject(problem(422, { field: 'id' }));
    expect(await ask('GET', `/api/calls/urn:uuid:${call.id}`)).toMatchObject(problem(422, { field: 'id' }));
  });

  it('say why they ended, by what was captured of them', async () => {
    const call = aCall();
    await database.store.calls.create(call);
    const busy = { by: 'callee', sipStatus: 486, q850Cause: 17, sentence: 'Busy', code: 'refused' } as const;
    await database.store.calls.end(call.id, 'failed', busy, new Date().toISOString());
    const leg = aLeg(call.id, { role: 'callee', state: 'terminated', sipStatus: 486 });
    await database.store.calls.saveLeg(leg);
    const { body } = await ask<CallDetail>('GET', `/api/calls/${call.id}`);
    expect(body.why).toMatchObject({ rule: 'busy', reference: 'RFC 3261 21.4.24' });
  });

  it('are read with legs, media and events', async () => {
    const call = aCall();
    const media = {
      packets: 9,
      bytes: 1548,
      packetsLost: 0,
      jitterMs: 0.2,
      roundTripMs: null,
      mos: 4.4,
      codec: 'PCMU',
    };
    const leg = aLeg(call.id, { media });
    await database.store.calls.create(call);
    await database.store.calls.saveLeg(leg);
    expect((await ask('GET', `/api/calls/${call.id}`)).body).toMatchObject({
      ...call,
      mos: 4.4,
      legs: [leg],
      events: [],
      why: null,
    });
    expect((await ask('GET', `/api/calls/${call.id}/messages`)).body).toEqual({ messages: [] });
    expect(await ask('GET', `/api/calls/${aCall().id}`)).toMatchObject(problem(404));
    expect(await ask('GET', `/api/calls/${aCall().id}/messages`)).toMatchObject(problem(404));
  });

  it('are listed in pages, by status, words and time', async () => {
    const times = ['2020-01-01T00:00:00.000Z', '2020-01-02T00:00:00.000Z', '2020-01-03T00:00:00.000Z'];
    const calls = times.map((createdAt) => aCall({ createdAt, text: 'from 2020' }));
    for (const call of calls) await database.store.calls.create(call);
    const ids = async (query: string) =>
      (await ask<{ calls: Call[] }>('GET', `/api/calls?${query}`)).body.calls.map(({ id }) => id);
    const [first, second, third] = calls.map(({ id }) => id);
    expect(await ids('q=2020')).toEqual([third, second, first]);
    expect(await ids('from=2020-01-02T00:00:00Z&to=2020-01-02T03:00:00%2B01:00')).toEqual([second]);
    const page = (await ask<{ nextCursor: string }>('GET', '/api/calls?q=2020&limit=2')).body;
    expect(await ids(`q=2020&limit=2&cursor=${page.nextCursor}`)).toEqual([first]);
    expect(CALL_STATUSES).toContain('busy');
    expect(await ids('status=busy')).toEqual([]);
  });

  it.each([
    ['status', 'status=done'],
    ['from', 'from=yesterday'],
    ['limit', 'limit=0'],
    ['limit', 'limit=1001'],
    ['cursor', 'cursor=nonsense'],
  ])('name %s as what is wrong with ?%s', async (field, query) => {
    expect(await ask('GET', `/api/calls?${query}`)).toMatchObject(
      problem(422, { field, remedy: expect.any(String) }),
    );
  });
});

describe('who is there', () => {
  it('lists subscribers with their presence', async () => {
    const { body } = await ask<{ subscribers: object[] }>('GET', '/api/subscribers');
    expect(body.subscribers).toEqual([
      { number: '1001', displayName: 'Alice', kind: 'subscriber', configured: false, online: true },
      { number: '1002', displayName: 'Bob', kind: 'subscriber', configured: false, online: false },
      { number: 'voice', displayName: 'Voice', kind: 'voice', configured: false, online: false },
    ]);
  });

  it('lists registrations without what only the registrar needs', async () => {
    const { body, payload } = await ask<{ registrations: object[] }>('GET', '/api/registrations');
    expect(body.registrations).toMatchObject([{ number: '1001', userAgent: 'baresip', transport: 'udp' }]);
    expect(payload).not.toContain('secret@call-id');
  });
});

describe('GET /api/health', () => {
  it('has what parts tell, what it finds out itself, and what is silent', async () => {
    const state = async () =>
      (await ask<{ status: string; parts: { part: string; state: string }[] }>('GET', '/api/health')).body;
    const of = async (part: string) => (await state()).parts.find((each) => each.part === part);
    expect(await of('sip')).toMatchObject({ state: 'degraded', detail: 'not heard of yet' });
    expect(await of('capture')).toMatchObject({ state: 'up' });
    gateway.bus.publish('part.health', { part: 'sip', state: 'degraded', mode: 'external', detail: 'slow' });
    await eventually(
      () => of('sip'),
      (part) => part?.state === 'degraded',
    );
    gateway.clock.advance(16_000);
    expect(await of('sip')).toMatchObject({
      state: 'down',
      mode: 'external',
      detail: 'not heard of for 16 s',
    });
    expect(await of('media')).toMatchObject({ state: 'down', detail: 'not heard of yet' });
    expect((await state()).status).toBe('down');
  });

  it('is up when all parts are, and as bad as the worst', async () => {
    const parts = ['sip', 'media', 'database', 'bus', 'speech', 'b2bua', 'voice', 'gateway'] as const;
    const status = async () => (await ask('GET', '/api/health')).body.status as unknown as string;
    for (const part of parts)
      gateway.bus.publish('part.health', { part, state: 'up', mode: 'embedded', detail: '' });
    await eventually(status, (now) => now === 'up');
    gateway.bus.publish('part.health', { part: 'media', state: 'degraded', mode: 'embedded', detail: '' });
    await eventually(status, (now) => now === 'degraded');
  });
});

describe('the interface itself', () => {
  it('is described at /docs, with every route', async () => {
    const { body } = await ask<{ paths: object }>('GET', '/docs/json');
    expect(Object.keys(body.paths).sort()).toEqual([
      '/api/calls',
      '/api/calls.csv',
      '/api/calls.json',
      '/api/calls/totals',
      '/api/calls/{id}',
      '/api/calls/{id}/capture.pcap',
      '/api/calls/{id}/messages',
      '/api/calls/{id}/quality',
      '/api/calls/{id}/recording',
      '/api/calls/{id}/recording.wav',
      '/api/calls/{id}/rtcp',
      '/api/health',
      '/api/registrations',
      '/api/session',
      '/api/settings',
      '/api/speech',
      '/api/speech/{file}',
      '/api/subscribers',
      '/api/subscribers/{number}',
      '/api/subscribers/{number}/bindings/{id}',
      '/api/subscribers/{number}/password',
      '/api/voices',
      '/metrics',
      '/provisioning/{secret}',
    ]);
    const page = await gateway.app.inject({ url: '/docs', headers: { accept: 'text/html' } });
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain('swagger');
  });

  it('answers unknown paths and methods with a problem', async () => {
    expect(await ask('GET', '/api/nothing')).toMatchObject(problem(404));
    expect(await ask('PUT', '/api/calls')).toMatchObject(problem(404));
    expect(await ask('GET', '/ws')).toMatchObject(problem(426));
    expect(await ask('GET', '/sip')).toMatchObject(problem(426));
  });

  it('counts for Prometheus, without saying who calls whom', async () => {
    const call = aCall({ status: 'ringing' });
    const time = new Date().toISOString();
    gateway.bus.publish('network.event', { type: 'call.ringing', time, call });
    const read = async () => (await gateway.app.inject({ url: '/metrics' })).body;
    expect(await eventually(read, (text) => text.includes('ringback_calls_open 1'))).not.toContain('Alice');
    gateway.bus.publish('network.event', { type: 'call.ended', time, call: { ...call, status: 'busy' } });
    const text = await eventually(read, (now) => now.includes('ringback_calls_total{status="busy"} 1'));
    expect(text).toContain('ringback_calls_open 0');
    expect(text).toContain('ringback_events_total{type="call.ringing"} 1');
    expect(text).toContain('ringback_ws_clients 0');
  });
});
