import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ManualClock } from '@ringback/testing';
import { describe, expect, it } from 'vitest';
import { parseApplicationAddress } from '../src/request-handler/application-address.ts';
import { HandlerTable } from '../src/request-handler/handler-table.ts';
import { parseInstruction } from '../src/request-handler/instruction.ts';
import { WebClient } from '../src/request-handler/web-client.ts';

const instruction = (action: string, data: unknown) => parseInstruction(JSON.stringify({ action, data }));

describe('an instruction', () => {
  it('to proxy has the defaults of drachtio-server', () => {
    expect(instruction('proxy', { destination: 'sip:a@b', simultaneous: true })).toEqual({
      ok: true,
      instruction: {
        action: 'proxy',
        proxy: {
          destinations: ['sip:a@b'],
          recordRoute: false,
          followRedirects: true,
          simultaneous: true,
          provisionalTimeout: '5s',
          finalTimeout: '60s',
        },
      },
    });
  });

  it.each([
    ['[]', 'no JSON object'],
    ['{', 'no JSON object'],
    ['{"action":"reject"}', '"data"'],
    ['{"action":"reject","data":{"status":200}}', '"status"'],
    ['{"action":"reject","data":{"status":"486"}}', '"status"'],
    ['{"action":"redirect","data":{"contact":[]}}', '"contact"'],
    ['{"action":"redirect","data":{"contact":"nonsense"}}', '"contact"'],
    ['{"action":"redirect","data":{"contact":"sip:a@b\\r\\nX: y"}}', '"contact"'],
    ['{"action":"proxy","data":{"destination":[7]}}', '"destination"'],
    ['{"action":"route","data":{"uri":"not an address"}}', '"uri"'],
    ['{"action":"route","data":{}}', '"tag"'],
  ])('%s is refused', (text, reason) => {
    expect(parseInstruction(text)).toMatchObject({ ok: false, reason: expect.stringContaining(reason) });
  });
});

describe('the address of an application', () => {
  it.each([
    ['app.example:4000', { host: 'app.example', port: 4000, tls: false }],
    ['10.0.0.1:4000;transport=tls', { host: '10.0.0.1', port: 4000, tls: true }],
    ['[::1]:4000;transport=TCP', { host: '::1', port: 4000, tls: false }],
    ['app.example;transport=tls', { host: 'app.example', port: 9021, tls: true }],
  ])('%s', (text, address) => {
    expect(parseApplicationAddress(text)).toEqual(address);
  });

  it.each(['', 'a:b', 'a:70000', 'a:0', 'user@a:1', 'a:1;transport=udp', 'a b:1'])('%j is none', (text) => {
    expect(parseApplicationAddress(text)).toBeUndefined();
  });
});

it.each(['ftp://a', 'nonsense', 'tcp://', 'tls://a:70000'])('a handler at %j is refused', (url) => {
  expect(() => new HandlerTable([{ method: '*', url }])).toThrow(`request handler "${url}"`);
});

it('a web handler that does not answer is given up after three seconds', async () => {
  const clock = new ManualClock();
  const client = new WebClient(clock);
  const server = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const arrived = once(server, 'request');
  const answer = client.ask({ url, method: 'GET', body: new Uint8Array(0), verifyPeer: true });
  const failed = expect(answer).rejects.toThrow('no answer within 3000 ms');
  await arrived;
  expect(client.pending).toBe(1);
  clock.advance(3000);
  await failed;
  expect(client.pending).toBe(0);
  expect(clock.pendingTimers).toBe(0);
  client.close();
  server.close();
});
