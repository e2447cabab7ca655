import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import {
  eventually,
  gatewayUnderTest,
  startStore,
  type TestGateway,
  type TestStore,
} from './gateway-under-test.ts';

describe('/sip', () => {
  let database: TestStore;
  let gateway: TestGateway;
  let sipServer: WebSocketServer;
  let address: string;
  const arrived: WebSocket[] = [];
  beforeAll(async () => {
    database = await startStore();
  }, 60_000);
  afterAll(() => database?.close());
  beforeEach(async () => {
    sipServer = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    sipServer.on('connection', (socket) => arrived.push(socket));
    await once(sipServer, 'listening');
    const { port } = sipServer.address() as AddressInfo;
    gateway = await gatewayUnderTest(database.store, { config: { sipWsUrl: `ws://127.0.0.1:${port}` } });
    address = `${(await gateway.listen()).replace('http', 'ws')}/sip`;
  });
  afterEach(async () => {
    for (const socket of arrived.splice(0)) socket.terminate();
    sipServer.close();
    await gateway.close();
  });

  const softphone = async () => {
    const phone = new WebSocket(address, 'sip');
    phone.on('error', () => undefined);
    await once(phone, 'open');
    return phone;
  };
  const connected = async () => {
    const connection = once(sipServer, 'connection');
    const phone = await softphone();
    const [server] = (await connection) as [WebSocket];
    return { phone, server };
  };

  it('passes frames on as they are, in both directions and order', async () => {
    const heard: [string, boolean][] = [];
    sipServer.once('connection', (socket) =>
      socket.on('message', (data, isBinary) => heard.push([String(data), isBinary])),
    );
    const connection = once(sipServer, 'connection');
    const phone = await softphone();
    // Said before the SIP server has taken the connection.
    phone.send('REGISTER sip:ringback.local SIP/2.0\r\n\r\n');
    phone.send(Buffer.from([0xff, 0x00]));
    phone.send('\r\n\r\n');
    const [server] = (await connection) as [WebSocket];
    expect(phone.protocol).toBe('sip');
    expect(server.protocol).toBe('sip');
    await eventually(
      () => heard.length,
      (count) => count === 3,
    );
    expect(heard.map(([, isBinary]) => isBinary)).toEqual([false, true, false]);
    expect(heard[0]?.[0]).toContain('REGISTER');
    server.send('SIP/2.0 200 OK\r\n\r\n');
    expect(String((await once(phone, 'message'))[0])).toContain('200 OK');
  });

  it('closes the other side when one closes', async () => {
    const first = await connected();
    const serverSide = once(first.server, 'close');
    first.phone.close(1000, 'bye');
    expect((await serverSide)[0]).toBe(1000);
    const second = await connected();
    const phoneSide = once(second.phone, 'close');
    second.server.terminate();
    expect((await phoneSide)[0]).toBe(1011);
  });

  it('closes when the SIP server is not there', async () => {
    for (const socket of arrived) socket.terminate();
    sipServer.close();
    const phone = await softphone();
    const [code, reason] = await once(phone, 'close');
    expect([code, String(reason)]).toEqual([1013, 'the SIP server does not answer']);
  });

  it('closes on a message that is larger than any SIP message', async () => {
    const { phone } = await connected();
    phone.send('x'.repeat(65 * 1024));
    expect((await once(phone, 'close'))[0]).toBe(1009);
  });

  it('closes when a softphone does not read', async () => {
    const { phone, server } = await connected();
    phone.pause();
    const closed = once(server, 'close');
    let open = true;
    void closed.then(() => {
      open = false;
    });
    for (let sent = 0; open && sent < 2000; sent++)
      await new Promise((resolve) => server.send('x'.repeat(60_000), resolve));
    await closed;
    phone.terminate();
  });

  it('needs the subprotocol', async () => {
    const phone = new WebSocket(address);
    const [, response] = await once(phone, 'unexpected-response');
    expect(response.statusCode).toBe(400);
    phone.on('error', () => undefined);
    phone.terminate();
  });
});
