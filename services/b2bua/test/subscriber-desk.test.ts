import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seedSubscribers } from '../src/subscribers/seed.ts';
import { startNetwork, type TestNetwork } from './support/network.ts';
import { CAROL, SubscriberPhone } from './support/subscriber-phone.ts';

describe('subscribers', () => {
  let network: TestNetwork;
  const phones: SubscriberPhone[] = [];
  beforeAll(async () => {
    network = await startNetwork();
  }, 60_000);
  afterAll(async () => {
    for (const phone of phones) phone.close();
    await network?.close();
  });

  const open = async (account: { number: string; password: string }) => {
    const phone = await SubscriberPhone.open(network, account);
    phones.push(phone);
    return phone;
  };
  const ask: TestNetwork['bus']['request'] = (command, payload) => network.bus.request(command, payload);
  const lastEvent = () => network.events.at(-1);

  it('get the next free number and a password that registers', async () => {
    const dave = await ask('subscriber.create', { displayName: 'Dave' });
    expect(dave).toMatchObject({ number: '1004', displayName: 'Dave' });
    await (await open(dave)).register();
    expect(await network.store.bindings.ofNumber('1004', Date.now())).toHaveLength(1);
    expect(JSON.stringify(await network.store.credentials.find('1004'))).not.toContain(dave.password);
    expect(await ask('subscriber.create', { displayName: null })).toMatchObject({ number: '1005' });
  });

  it('get no number that is taken, by others or by the dial plan', async () => {
    for (const number of ['1001', '9196', '486'])
      await expect(ask('subscriber.create', { number, displayName: null })).rejects.toMatchObject({
        code: 'conflict',
      });
    expect(await network.store.subscribers.find('1001')).toMatchObject({ displayName: 'Alice' });
  });

  it('are renamed', async () => {
    await ask('subscriber.rename', { number: '1002', displayName: 'Bert' });
    expect(await network.store.subscribers.find('bert')).toMatchObject({ number: '1002' });
    await expect(ask('subscriber.rename', { number: '4711', displayName: 'X' })).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  it('lose their registrations with their old password', async () => {
    const old = await open(CAROL);
    await old.register();
    const { password } = await ask('subscriber.reset', { number: '1003' });
    expect(lastEvent()).toMatchObject({ type: 'registration.removed', reason: 'removed' });
    expect(await network.store.bindings.ofNumber('1003', Date.now())).toEqual([]);
    await old.register({ Expires: '300' }, 401);
    await (await open({ number: '1003', password })).register();
  });

  it('have a registration ended by hand, and may come back', async () => {
    const [binding] = await network.store.bindings.ofNumber('1003', Date.now());
    await ask('binding.remove', { number: '1003', id: binding!.id });
    expect(lastEvent()).toMatchObject({ type: 'registration.removed', binding: { id: binding!.id } });
    await expect(ask('binding.remove', { number: '1003', id: binding!.id })).rejects.toMatchObject({
      code: 'not-found',
    });
    await phones.at(-1)!.register();
    expect(await network.store.bindings.ofNumber('1003', Date.now())).toHaveLength(1);
  });

  it('go with password and registrations', async () => {
    await ask('subscriber.remove', { number: '1003' });
    expect(lastEvent()).toMatchObject({ type: 'registration.removed', binding: { number: '1003' } });
    expect(await network.store.credentials.find('1003')).toBeNull();
    await phones.at(-1)!.register({ Expires: '300' }, 401);
    await expect(ask('subscriber.remove', { number: '1003' })).rejects.toMatchObject({ code: 'not-found' });
  });

  it('that are not people are left alone', async () => {
    const page = await ask('session.issue', { kind: 'page' });
    for (const command of ['subscriber.reset', 'subscriber.remove'] as const)
      await expect(ask(command, { number: page.number })).rejects.toMatchObject({ code: 'conflict' });
  });

  it('of the configuration are known as such, and come back with it', async () => {
    const configured = async () =>
      (await network.store.subscribers.list()).flatMap((row) => (row.configured ? [row.number] : []));
    expect(await configured()).toEqual(['1001', '1002']);
    await seedSubscribers(network.store, network.config);
    expect(await configured()).toEqual(['1001', '1002', '1003']);
    await seedSubscribers(network.store, { ...network.config, subscribers: [] });
    expect(await configured()).toEqual([]);
  });
});
