import type { Bus } from '@ringback/runtime';
import { expect, test } from 'vitest';
import { Credentials } from '../src/sip/credentials.ts';

function issuer(clock: { nowMs: number }) {
  let issued = 0;
  const request = async (): Promise<unknown> => {
    issued += 1;
    return {
      number: 'voice',
      displayName: 'Voice',
      uri: 'sip:voice@ringback.local',
      username: 'voice',
      password: `password-${issued}`,
      expiresAt: new Date(clock.nowMs + 100_000).toISOString(),
    };
  };
  return new Credentials({ request } as unknown as Bus, () => clock.nowMs);
}

test('a password is kept for three quarters of its life', async () => {
  const clock = { nowMs: 1_700_000_000_000 };
  const credentials = issuer(clock);
  expect((await credentials.current()).password).toBe('password-1');
  expect(credentials.freshForMs).toBe(75_000);
  clock.nowMs += 74_999;
  expect((await credentials.current()).password).toBe('password-1');
  clock.nowMs += 1;
  expect(credentials.freshForMs).toBe(0);
  expect((await credentials.current()).password).toBe('password-2');
});

test('a password that was refused is not used again', async () => {
  const credentials = issuer({ nowMs: 1_700_000_000_000 });
  await credentials.current();
  credentials.refused();
  expect((await credentials.current()).password).toBe('password-2');
});
