import { header, headers, parseAuth } from '@ringback/sip';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startNetwork, type TestNetwork } from './support/network.ts';
import { ALICE, BOB, SubscriberPhone } from './support/subscriber-phone.ts';

const REGISTRAR = 'sip:ringback.local';

describe('the registrar', () => {
  let network: TestNetwork;
  let phone: SubscriberPhone;

  beforeAll(async () => {
    network = await startNetwork();
  }, 60_000);
  afterAll(() => network?.close());
  beforeEach(async () => {
    phone = await SubscriberPhone.open(network, ALICE);
  });
  afterEach(async () => {
    phone.close();
    for (const { number, contact } of await network.store.bindings.all(0))
      await network.store.bindings.remove(number, contact);
  });

  const contactsOf = async (number: string) =>
    (await network.store.bindings.ofNumber(number, Date.now())).map(({ contact }) => contact);
  const challengesOf = (response: Parameters<typeof headers>[0]) =>
    headers(response, 'WWW-Authenticate').map((value) => parseAuth(value)?.params);
  const register = (more: Record<string, string> = {}) =>
    phone.build('REGISTER', REGISTRAR, { headers: { To: `<${phone.sip.aor}>`, ...more } });

  it('asks for SHA-256 first and MD5 last, in a line each', async () => {
    phone.sip.send(register());
    const challenge = await phone.sip.response(401);
    expect(challengesOf(challenge).map((params) => params?.get('algorithm'))).toEqual(['SHA-256', 'MD5']);
    expect(challengesOf(challenge).every((params) => params?.get('realm') === 'ringback.local')).toBe(true);
    expect(challengesOf(challenge).every((params) => params?.get('qop') === 'auth')).toBe(true);
  });

  it.each(['MD5', 'SHA-256'] as const)('registers with %s and tells the binding', async (algorithm) => {
    phone.algorithm = algorithm;
    const ok = await phone.register({ Expires: '300' });
    expect(header(ok, 'Contact')).toMatch(/;expires=(299|300)$/);
    const [binding] = await network.store.bindings.ofNumber('1001', Date.now());
    expect(binding).toMatchObject({
      transport: 'udp',
      remoteAddress: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
    });
    expect(network.events.at(-1)).toMatchObject({ type: 'registration.added', binding: { number: '1001' } });
    expect(network.events.at(-1)).not.toHaveProperty('binding.cseq');
    await phone.register({ Expires: '300' });
    expect(network.events.at(-1)).toMatchObject({ type: 'registration.refreshed' });
  });

  it('asks MD5 alone of phones that give up over anything else', async () => {
    phone.sip.send(register({ 'User-Agent': 'baresip v1.0.0 (x86_64/Linux)' }));
    expect(challengesOf(await phone.sip.response(401))).toHaveLength(1);
    const { host, port } = phone.sip.transport.local;
    phone.sip.send(register({ Via: `SIP/2.0/UDP ${host}:${port};branch=z9hG4bK-4711-1-0` }));
    const [challenge, ...others] = challengesOf(await phone.sip.response(401));
    expect(challenge?.get('algorithm')).toBe('MD5');
    expect(others).toEqual([]);
  });

  it('refuses a wrong password, and an unknown user in the same words', async () => {
    const wrong = await SubscriberPhone.open(network, { number: '1001', password: 'guess' });
    const unknown = await SubscriberPhone.open(network, { number: '4711', password: 'guess' });
    const answers = [];
    for (const guesser of [wrong, unknown]) {
      const first = guesser.build('REGISTER', REGISTRAR, { headers: { To: `<${guesser.sip.aor}>` } });
      const { response } = await guesser.authenticated(first, 401);
      answers.push(challengesOf(response).map((params) => [...(params?.keys() ?? [])]));
      expect(challengesOf(response)[0]?.get('stale')).toBeUndefined();
      guesser.close();
    }
    expect(answers[0]).toEqual(answers[1]);
    expect(await contactsOf('1001')).toEqual([]);
  });

  it('lets credentials be used once', async () => {
    const request = await phone.challenged(register());
    phone.sip.send(request);
    await phone.sip.response(200);
    const replay = { ...request, headers: request.headers.map((line) => ({ ...line })) };
    // Another request to the SIP server, with the same credentials.
    const set = (header: string, value: string) =>
      Object.assign(replay.headers.find(({ name }) => name === header) ?? {}, { value });
    set('Via', phone.sip.via());
    set('CSeq', '4711 REGISTER');
    phone.sip.send(replay);
    const again = await phone.sip.response(401);
    expect(challengesOf(again)[0]?.get('stale')).toBe('true');
  });

  it.each([
    [
      'a nonce of nobody',
      (p: SubscriberPhone) => p.credentials('REGISTER', REGISTRAR, 'made-up', '00000001'),
      'true',
    ],
    [
      'another URI',
      (p: SubscriberPhone, nonce: string) =>
        p.credentials('REGISTER', 'sip:elsewhere.example', nonce, '00000001'),
      'true',
    ],
    [
      'another realm',
      (p: SubscriberPhone, nonce: string) =>
        p.credentials('REGISTER', REGISTRAR, nonce, '00000001', 'elsewhere'),
      undefined,
    ],
    [
      'another method',
      (p: SubscriberPhone, nonce: string) => p.credentials('INVITE', REGISTRAR, nonce, '00000001'),
      undefined,
    ],
  ])('does not take credentials with %s', async (_what, credentials, stale) => {
    phone.sip.send(register());
    const nonce =
      challengesOf(await phone.sip.response(401))
        .at(-1)
        ?.get('nonce') ?? '';
    phone.sip.send(register({ Authorization: credentials(phone, nonce) }));
    expect(challengesOf(await phone.sip.response(401))[0]?.get('stale')).toBe(stale);
    expect(await contactsOf('1001')).toEqual([]);
  });

  it('takes credentials that name the server alone, as SIPp sends them', async () => {
    phone.sip.send(register());
    const nonce =
      challengesOf(await phone.sip.response(401))
        .at(-1)
        ?.get('nonce') ?? '';
    const uri = `sip:127.0.0.1:${network.sip.udp.port}`;
    phone.sip.send(register({ Authorization: phone.credentials('REGISTER', uri, nonce, '00000001') }));
    await phone.sip.response(200);
  });

  it('lets nobody register for somebody else', async () => {
    const first = phone.build('REGISTER', REGISTRAR, {
      headers: { To: `<sip:${BOB.number}@ringback.local>` },
    });
    await phone.authenticated(first, 403);
    expect(await contactsOf('1002')).toEqual([]);
  });

  it('counts the host’s address as the domain, and other domains not', async () => {
    const host = `sip:127.0.0.1:${network.sip.udp.port}`;
    const to = { To: `<sip:1001@127.0.0.1:${network.sip.udp.port}>` };
    await phone.authenticated(phone.build('REGISTER', host, { headers: to }), 200);
    phone.sip.send(phone.build('REGISTER', 'sip:elsewhere.example', { headers: to }));
    await phone.sip.response(404);
  });

  it('unregisters without a Contact header in the answer', async () => {
    await phone.register();
    const ok = await phone.register({ Expires: '0' });
    expect(header(ok, 'Contact')).toBeUndefined();
    expect(await contactsOf('1001')).toEqual([]);
    expect(network.events.at(-1)).toMatchObject({ type: 'registration.removed', reason: 'unregistered' });
  });

  it('lists all bindings, removes them all, and tells them to whoever asks', async () => {
    const other = await SubscriberPhone.open(network, ALICE, 'tcp');
    await phone.register();
    const ok = await other.register();
    expect(headers(ok, 'Contact')).toHaveLength(2);
    const fetch = register();
    const bare = { ...fetch, headers: fetch.headers.filter(({ name }) => name !== 'Contact') };
    const { response } = await phone.authenticated(bare);
    expect(headers(response, 'Contact')).toHaveLength(2);
    await phone.register({ Contact: '*', Expires: '0' });
    expect(await contactsOf('1001')).toEqual([]);
    other.close();
  });

  it('holds to the bounds of a lifetime', async () => {
    const brief = await phone.register({ Expires: '30' }, 423);
    expect(header(brief, 'Min-Expires')).toBe('60');
    const long = await phone.register({ Expires: '999999' });
    expect(header(long, 'Contact')).toMatch(/;expires=(3599|3600)$/);
  });

  it('refuses contacts that would lead back here, or by the dozen', async () => {
    for (const contact of [
      `<sip:1001@127.0.0.1:${network.sip.udp.port}>`,
      '<sip:1001@ringback.local>',
      `<sip:1001@localhost:${network.sip.tcp.port};transport=tcp>`,
    ])
      await phone.register({ Contact: contact }, 403);
    const dozen = Array.from({ length: 12 }, (_, index) => `<sip:1001@127.0.0.1:${7000 + index}>`).join(', ');
    await phone.register({ Contact: dozen }, 403);
    expect(await contactsOf('1001')).toEqual([]);
  });

  it('keeps ten bindings; the one that runs out first makes room', async () => {
    for (let index = 0; index < 11; index++)
      await phone.register({ Contact: `<sip:1001@127.0.0.1:${7000 + index}>`, Expires: String(300 + index) });
    const contacts = await contactsOf('1001');
    expect(contacts).toHaveLength(10);
    expect(contacts).not.toContain('sip:1001@127.0.0.1:7000');
  });

  it('lets bindings run out', async () => {
    await phone.register();
    const [row] = await network.store.bindings.ofNumber('1001', Date.now());
    await network.store.bindings.save({ ...row!, expiresAt: new Date(Date.now() - 1000).toISOString() });
    const expired = expect.objectContaining({ type: 'registration.removed', reason: 'expired' });
    await expect.poll(() => network.events, { timeout: 8_000 }).toContainEqual(expired);
  });

  it.each([
    ['OPTIONS', 200],
    ['MESSAGE', 405],
    ['SUBSCRIBE', 489],
    ['PUBLISH', 489],
    ['NOTIFY', 481],
    ['INFO', 481],
  ])('answers %s with %i', async (method, status) => {
    phone.sip.call(method, 'sip:1002@ringback.local', {
      headers: method === 'SUBSCRIBE' || method === 'PUBLISH' ? { Event: 'presence' } : {},
    });
    const response = await phone.sip.response(status, method);
    expect(header(response, 'Allow')).toContain('INVITE');
  });
});
