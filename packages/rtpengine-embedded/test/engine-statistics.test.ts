import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mergedStatistics } from '../src/control/merged-statistics.ts';
import type { SupervisedRtpengine } from '../src/index.ts';
import { exchange, joinPhones, startEngine, TestPhone, until } from './engine-support.ts';

let engine: SupervisedRtpengine;

// Two processes load their libraries, on a machine that may be busy.
beforeAll(async () => {
  engine = await startEngine({ processes: 2 });
}, 60_000);
afterAll(() => engine.close());

// biome-ignore lint/suspicious/noExplicitAny: a reply is read as an application reads it
const ng = (body: Parameters<typeof exchange>[1]): Promise<any> => exchange(engine.ngPort, body);
const statistics = async () => (await ng({ command: 'statistics' })).statistics;

describe('statistics', () => {
  it('tell what several processes had to do, and who asked', async () => {
    const before = await statistics();
    expect(before).toMatchObject({
      currentstatistics: { sessionstotal: 0 },
      totalstatistics: { managedsessions: 0 },
    });
    const phones = await Promise.all([1, 2, 3, 4].map(() => TestPhone.open()));
    const [alice, bob, carol, dave] = phones as [TestPhone, TestPhone, TestPhone, TestPhone];
    const first = await joinPhones(engine.ngPort, 'one', alice, bob);
    await joinPhones(engine.ngPort, 'two', carol, dave);
    for (let i = 0; i < 5; i++) alice.send(alice.packet(), first.aliceSendsTo);
    await until('the packets', () => bob.heard.length === 5);

    const during = await statistics();
    expect(during.currentstatistics).toMatchObject({ sessionsown: 2, sessionsforeign: 0, sessionstotal: 2 });
    expect(during.totalstatistics).toMatchObject({
      relayedpackets: 5,
      relayedbytes: 5 * 172,
      managedsessions: 0,
    });
    expect(during.processes.map(({ sessions }: { sessions: number }) => sessions)).toEqual([1, 1]);

    await ng({ command: 'delete', 'call-id': 'one', 'from-tag': 'a' });
    await ng({ command: 'delete', 'call-id': 'two' });
    await ng({ command: 'query', 'call-id': 'one' });
    const { currentstatistics, totalstatistics, controlstatistics } = await statistics();
    expect(currentstatistics.sessionstotal).toBe(0);
    expect(totalstatistics).toMatchObject({
      managedsessions: 2,
      regularterminatedsessions: 2,
      relayedpackets: 5,
      onewaystreams: 1,
      zerowaystreams: 1,
      uptime: expect.stringMatching(/^\d+$/),
      avgcallduration: expect.stringMatching(/^\d+\.\d{6}$/),
    });
    expect(controlstatistics).toMatchObject({ totaloffercount: 2, totalanswercount: 2, totaldeletecount: 2 });
    expect(controlstatistics.proxies).toEqual([
      expect.objectContaining({ proxy: '127.0.0.1', offercount: 2, querycount: 0, errorcount: 1 }),
    ]);
    for (const phone of phones) phone.close();
  });

  it('of several processes are added up, and averages made anew', () => {
    const part = (managedsessions: number, seconds: string, uptime: string) => ({
      currentstatistics: {
        sessionsown: 1,
        sessionsforeign: 0,
        sessionstotal: 1,
        packetrate: 50,
        byterate: 8600,
        errorrate: 0,
      },
      totalstatistics: {
        uptime,
        managedsessions,
        rejectedsessions: 0,
        timeoutsessions: 0,
        silenttimeoutsessions: 0,
        finaltimeoutsessions: 0,
        offertimeoutsessions: 0,
        regularterminatedsessions: managedsessions,
        forcedterminatedsessions: 0,
        relayedpackets: 10,
        relayedpacketerrors: 1,
        relayedbytes: 1720,
        zerowaystreams: 0,
        onewaystreams: 0,
        totalcallsduration: seconds,
        avgcallduration: '0.000000',
      },
      mos: { mos_total: '8.800000', mos_samples_total: 2, mos_average: '4.400000' },
    });
    expect(mergedStatistics([part(1, '10.000000', '7'), part(3, '2.000000', '9')])).toMatchObject({
      currentstatistics: { sessionstotal: 2, packetrate: 100 },
      totalstatistics: {
        uptime: '9',
        managedsessions: 4,
        totalcallsduration: '12.000000',
        avgcallduration: '3.000000',
      },
      mos: { mos_total: '17.600000', mos_samples_total: 4, mos_average: '4.400000' },
    });
  });
});
