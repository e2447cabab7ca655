import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { MessageList, RtcpReportList, SipMessageEvent, SipMessageRecord } from '@ringback/contracts';
import { encodeHep } from '@ringback/hep';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MessageJoiner } from '../src/capture/message-joiner.ts';
import { withoutSecrets } from '../src/capture/secrets.ts';
import { capturedMessage } from '../src/capture/sip-record.ts';
import { Thinning } from '../src/capture/thinning.ts';
import {
  aCall,
  aLeg,
  eventually,
  gatewayUnderTest,
  startStore,
  type TestGateway,
  type TestStore,
} from './gateway-under-test.ts';

const PHONE = { address: '127.0.0.1', port: 40_000 };
const SERVER = { address: '127.0.0.1', port: 5060 };

interface Capture {
  text: string;
  from?: typeof PHONE;
  to?: typeof PHONE;
  ipProtocol?: number;
  timeMs?: number;
}

const packetOf = ({
  text,
  from = PHONE,
  to = SERVER,
  ipProtocol = 17,
  timeMs = 1_772_359_200_000.125,
}: Capture) =>
  ({
    ipFamily: 2,
    ipProtocol,
    sourceAddress: from.address,
    sourcePort: from.port,
    destinationAddress: to.address,
    destinationPort: to.port,
    timeMs,
    protocolType: 1,
    captureId: 1,
    payload: Buffer.from(text),
  }) as const;

const request = (method: string, callId: string, more = '', via = 'SIP/2.0/UDP 127.0.0.1:40000') =>
  `${method} sip:1001@ringback.local SIP/2.0\r\nVia: ${via};branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\n` +
  `To: <sip:1001@ringback.local>\r\nCall-ID: ${callId}\r\nCSeq: 1 ${method}\r\n${more}Content-Length: 0\r\n\r\n`;
const response = (status: string, callId: string, method = 'INVITE', via = 'SIP/2.0/UDP 127.0.0.1:40000') =>
  `SIP/2.0 ${status}\r\nVia: ${via};branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>;tag=2\r\n` +
  `Call-ID: ${callId}\r\nCSeq: 1 ${method}\r\nContent-Length: 0\r\n\r\n`;

const own = { hosts: ['127.0.0.1', '192.0.2.1'], ports: [5060, 5066] };
const recordOf = (capture: Capture) => capturedMessage(packetOf(capture), own, 'id')?.record;

describe('a captured message', () => {
  it('is recorded as the ladder shows it', () => {
    expect(recordOf({ text: request('INVITE', 'a@b') })).toEqual({
      id: 'id',
      callId: null,
      legId: null,
      sipCallId: 'a@b',
      time: '2026-03-01T10:00:00.000Z',
      timeUs: 1_772_359_200_000_125,
      transport: 'udp',
      source: '127.0.0.1:40000',
      destination: '127.0.0.1:5060',
      direction: 'in',
      summary: 'INVITE sip:1001@ringback.local',
      method: 'INVITE',
      status: null,
      cseq: '1 INVITE',
      raw: request('INVITE', 'a@b'),
    });
    expect(recordOf({ text: response('180 Ringing', 'a@b'), from: SERVER, to: PHONE })).toMatchObject({
      direction: 'out',
      summary: '180 Ringing',
      method: 'INVITE',
      status: 180,
    });
  });

  it('has its WebSocket from the Via, since HEP knows only TCP', () => {
    const at = { from: PHONE, to: { ...SERVER, port: 5066 }, ipProtocol: 6 };
    const transport = (via: string, ipProtocol = 6) =>
      recordOf({ ...at, text: request('INVITE', 'a@b', '', via), ipProtocol })?.transport;
    expect(transport('SIP/2.0/WS df7jal23ls0d.invalid')).toBe('ws');
    expect(transport('SIP/2.0/WSS df7jal23ls0d.invalid')).toBe('wss');
    expect(transport('SIP/2.0/TCP 127.0.0.1:40000')).toBe('tcp');
    expect(transport('SIP/2.0/TLS 127.0.0.1:40000', 22)).toBe('tls');
  });

  it('goes out when it is the server’s own, also from a port that is none of its known ones', () => {
    const far = { address: '198.51.100.7', port: 5060 };
    const here = { address: '192.0.2.1', port: 5060 };
    const text = request('INVITE', 'a@b');
    expect(recordOf({ text, from: here, to: far })?.direction).toBe('out');
    expect(recordOf({ text, from: far, to: here })?.direction).toBe('in');
    const ephemeral = {
      from: { address: '127.0.0.1', port: 51_000 },
      to: { address: '127.0.0.1', port: 41_000 },
    };
    const ours = 'SIP/2.0/TCP 127.0.0.1:5060';
    expect(recordOf({ ...ephemeral, text: request('INVITE', 'a@b', '', ours) })?.direction).toBe('out');
    expect(recordOf({ ...ephemeral, text: response('200 OK', 'a@b', 'INVITE', ours) })?.direction).toBe('in');
  });

  it('is none when it is no SIP', () => {
    expect(recordOf({ text: 'GET / HTTP/1.1\r\n\r\n' })).toBeUndefined();
    expect(recordOf({ text: '\r\n\r\n' })).toBeUndefined();
    expect(
      capturedMessage({ ...packetOf({ text: request('INVITE', 'a') }), protocolType: 5 }, own, 'id'),
    ).toBeNull();
  });

  it('shows neither digest responses nor media keys', () => {
    const shown = withoutSecrets(
      'REGISTER sip:x SIP/2.0\r\n' +
        'Authorization: Digest username="1001",\r\n realm="r", response="0123abcd", cnonce="c"\r\n' +
        'proxy-authorization : Digest response = 99ff , uri="sip:x"\r\n' +
        'Subject: response="mine"\r\n\r\n' +
        'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:c2VjcmV0a2V5|2^20|1:4\r\n',
    );
    expect(shown).not.toMatch(/0123abcd|99ff|c2VjcmV0a2V5/);
    expect(shown).toContain('realm="r", response="[masked]", cnonce="c"');
    expect(shown).toContain('Subject: response="mine"');
    expect(shown).toContain('inline:[masked]|2^20|1:4');
  });
});

describe('joining', () => {
  const message = (sipCallId: string, id: string, method = 'INVITE') =>
    ({ sipCallId, id, method, callId: null, legId: null }) as SipMessageRecord;
  const told = (outcomes: ReturnType<MessageJoiner['leg']>) =>
    outcomes.map((outcome) =>
      outcome.kind === 'tell' ? `${outcome.message.id}:${outcome.message.callId}` : outcome,
    );

  it('holds messages until their leg is told, and gives up in time', () => {
    const joiner = new MessageJoiner({ legs: 10, held: 10, holdMs: 60_000 });
    expect(joiner.message(message('a', '1'), true, 0)).toEqual([]);
    expect(joiner.message(message('a', '2'), true, 1)).toEqual([]);
    expect(joiner.message(message('b', '3'), true, 2)).toEqual([]);
    expect(told(joiner.leg('a', { id: 'leg', callId: 'call' }))).toEqual(['1:call', '2:call']);
    expect(told(joiner.message(message('a', '4', 'BYE'), false, 3))).toEqual(['4:call']);
    expect(joiner.expire(60_001)).toEqual([]);
    expect(told(joiner.expire(60_002))).toEqual(['3:null']);
    expect(joiner.expire(99_999)).toEqual([]);
  });

  it('holds no more than it may, and remembers no more legs than it may', () => {
    const joiner = new MessageJoiner({ legs: 4, held: 2, holdMs: 60_000 });
    joiner.message(message('a', '1'), true, 0);
    joiner.message(message('b', '2'), true, 0);
    expect(told(joiner.message(message('c', '3'), true, 0))).toEqual(['1:null']);
    for (const id of ['x', 'y', 'z']) joiner.leg(id, { id: `leg of ${id}`, callId: id });
    expect(joiner.message(message('x', '4', 'BYE'), false, 0)).toContainEqual({
      kind: 'look-up',
      sipCallId: 'x',
    });
    expect(told(joiner.message(message('z', '5', 'BYE'), false, 0))).toEqual(['5:z']);
  });

  it('tells what is no part of a call at once', () => {
    const joiner = new MessageJoiner();
    for (const method of ['REGISTER', 'OPTIONS'])
      expect(told(joiner.message(message('r', method, method), false, 0))).toEqual([`${method}:null`]);
  });
});

describe('thinning', () => {
  it('keeps all of a short call and ever less of a long one', () => {
    const thinning = new Thinning();
    const kept = (count: number) =>
      Array.from({ length: count }, () => thinning.keeps('long')).filter(Boolean).length;
    expect(kept(500)).toBe(500);
    expect(kept(1000)).toBe(500);
    expect(kept(2000)).toBe(500);
    expect(kept(100_000)).toBeLessThan(3500);
    expect(thinning.keeps('another')).toBe(true);
  });
});

describe('the HEP collector', () => {
  let database: TestStore;
  let gateway: TestGateway;
  const stored: SipMessageRecord[] = [];
  const socket = createSocket('udp4');
  beforeAll(async () => {
    database = await startStore();
  }, 60_000);
  afterAll(async () => {
    socket.close();
    await database?.close();
  });
  beforeEach(async () => {
    const { store } = database;
    const add = (records: readonly SipMessageRecord[]) => {
      stored.push(...records);
      return store.messages.add(records);
    };
    gateway = await gatewayUnderTest({ ...store, messages: { ...store.messages, add } });
  });
  afterEach(() => gateway.close());

  const send = (bytes: Uint8Array) =>
    new Promise<void>((resolve, reject) =>
      socket.send(bytes, gateway.collector.port, '127.0.0.1', (error) => (error ? reject(error) : resolve())),
    );
  const capture = (what: Capture) => send(encodeHep(packetOf(what)));
  const streamed = () => {
    const messages: SipMessageRecord[] = [];
    const { events } = gateway;
    events.follow(() => {
      const event = JSON.parse(events.at(events.newest)!.json) as SipMessageEvent;
      if (event.type === 'sip.message') messages.push(event.message);
    });
    return messages;
  };
  const legTold = (leg: ReturnType<typeof aLeg>) =>
    gateway.bus.publish('network.event', { type: `leg.${leg.state}`, time: leg.startedAt, leg });
  const messagesOf = async (callId: string) =>
    (await gateway.app.inject({ url: `/api/calls/${callId}/messages` })).json<MessageList>().messages;

  it('joins the messages of both legs to the call, also those that came before their leg', async () => {
    const messages = streamed();
    const call = aCall();
    const [caller, callee] = [aLeg(call.id), aLeg(call.id, { role: 'callee' })];
    await capture({ text: request('INVITE', caller.sipCallId), timeMs: 1000 });
    await capture({ text: response('100 Trying', caller.sipCallId), from: SERVER, to: PHONE, timeMs: 1001 });
    legTold(caller);
    legTold(callee);
    await eventually(
      () => messages.length,
      (count) => count === 2,
    );
    await capture({ text: request('INVITE', callee.sipCallId), from: SERVER, to: PHONE, timeMs: 1002.5 });
    await capture({ text: response('180 Ringing', callee.sipCallId), timeMs: 1003 });
    await eventually(
      () => messages.length,
      (count) => count === 4,
    );
    expect(messages.map(({ callId, legId, summary }) => [callId, legId, summary])).toEqual([
      [call.id, caller.id, 'INVITE sip:1001@ringback.local'],
      [call.id, caller.id, '100 Trying'],
      [call.id, callee.id, 'INVITE sip:1001@ringback.local'],
      [call.id, callee.id, '180 Ringing'],
    ]);
    // Read before the call's own record is written: nothing of it is lost.
    expect(await messagesOf(call.id)).toEqual(messages);
  });

  it('finds the leg in the records when it came up before this gateway', async () => {
    const messages = streamed();
    const call = aCall();
    const leg = aLeg(call.id);
    await database.store.calls.create(call);
    await database.store.calls.saveLeg(leg);
    await capture({ text: request('BYE', leg.sipCallId) });
    await eventually(
      () => messages.length,
      (count) => count === 1,
    );
    expect(await messagesOf(call.id)).toMatchObject([{ method: 'BYE', callId: call.id, legId: leg.id }]);
  });

  it('streams registrations without a call, does not store them, and masks the digest', async () => {
    const messages = streamed();
    const credentials = 'Authorization: Digest username="1001", nonce="n", response="cafe"\r\n';
    await capture({ text: request('REGISTER', 'r@b', credentials) });
    await eventually(
      () => messages.length,
      (count) => count === 1,
    );
    expect(messages[0]).toMatchObject({ callId: null, method: 'REGISTER' });
    expect(messages[0]?.raw).not.toContain('cafe');
    await gateway.collector.flush();
    expect(stored.filter(({ method }) => method === 'REGISTER')).toEqual([]);
  });

  it('keeps the RTCP of a call, whatever the media server calls it, and nothing of other calls', async () => {
    const call = aCall();
    const [caller, callee] = [aLeg(call.id), aLeg(call.id, { role: 'callee' })];
    for (const leg of [caller, callee]) legTold(leg);
    await database.store.calls.create(call);
    // As rtpengine writes it, blanks included.
    const json =
      '{ "sender_information":{"ntp_timestamp_sec":3900000000,"ntp_timestamp_usec":5,"octets":8000,' +
      '"rtp_timestamp":160, "packets":50},"ssrc":4294967295,"type":200,"report_count":1,"report_blocks":[' +
      '{"source_ssrc":7,"highest_seq_no":65600,"fraction_lost":12,"ia_jitter":31,"packets_lost":2,' +
      '"lsr":5,"dlsr":6}],"sdes_report_count":1,"sdes_information": [ ' +
      '{"sdes_chunk_ssrc":4294967295,"type":1,"text":"phone \\"one\\""}] }';
    const report = (correlationId: string | undefined, text = json, timeMs = 2000) => {
      const packet = { ...packetOf({ text, timeMs }), protocolType: 5 };
      return send(encodeHep(correlationId === undefined ? packet : { ...packet, correlationId }));
    };
    await report(callee.id);
    await report(caller.sipCallId, '{"ssrc":9,"type":201,"report_blocks":["x"]}', 1000);
    for (const bad of ['', '{', '[]', '{"type":203}', 'null']) await report(callee.id, bad);
    await report(undefined);
    await report('somebody else');
    const metrics = async () => (await gateway.app.inject({ url: '/metrics' })).body;
    await eventually(metrics, (body) => body.includes('outcome="unjoined"} 1'));
    expect(await metrics()).toContain('outcome="unreadable"} 6');
    const reply = await gateway.app.inject({ url: `/api/calls/${call.id}/rtcp` });
    expect(reply.json<RtcpReportList>().reports).toMatchObject([
      { legId: caller.id, kind: 'receiver-report', ssrc: 9, cname: null, sent: null, blocks: [] },
      {
        ...{ callId: call.id, legId: callee.id, time: '1970-01-01T00:00:02.000Z', timeUs: 2_000_000 },
        ...{ source: '127.0.0.1:40000', destination: '127.0.0.1:5060', kind: 'sender-report' },
        ...{ ssrc: 4_294_967_295, cname: 'phone "one"', sent: { packets: 50, octets: 8000 } },
        blocks: [
          {
            ...{ ssrc: 7, fractionLost: 12, packetsLost: 2, highestSequence: 65_600, jitter: 31 },
            ...{ lastSenderReport: 5, delaySinceLastSenderReport: 6 },
          },
        ],
      },
    ]);
    const unknown = await gateway.app.inject({ url: '/api/calls/01920000-0000-7000-8000-000000000000/rtcp' });
    expect(unknown.statusCode).toBe(404);
  });

  it('counts what it cannot read, and goes on', async () => {
    const messages = streamed();
    for (const bytes of [
      Buffer.from('HEP3'),
      Buffer.alloc(0),
      Buffer.from('garbage'),
      Buffer.from('HEP3\xff\xff', 'latin1'),
    ])
      await send(bytes);
    await capture({ text: 'no SIP at all' });
    await capture({ text: request('OPTIONS', 'o@b') });
    await eventually(
      () => messages.length,
      (count) => count === 1,
    );
    const { body } = await gateway.app.inject({ url: '/metrics' });
    expect(body).toContain('ringback_hep_packets_total{outcome="unreadable"} 5');
    expect(body).toContain('ringback_hep_packets_total{outcome="unjoined"} 1');
  });

  it('keeps the order of a burst', async () => {
    const messages = streamed();
    const call = aCall();
    const leg = aLeg(call.id);
    legTold(leg);
    await eventually(
      () => gateway.events.newest,
      (seq) => gateway.events.at(seq) !== undefined,
    );
    for (let n = 0; n < 500; n++)
      await capture({ text: request('INFO', leg.sipCallId, `X-Number: ${n}\r\n`), timeMs: 2000 });
    await eventually(
      () => messages.length,
      (count) => count === 500,
    );
    const read = await messagesOf(call.id);
    const numbers = read.map(({ raw }) => Number(/X-Number: (\d+)/.exec(raw)?.[1]));
    expect(numbers).toEqual(Array.from({ length: 500 }, (_, n) => n));
  });

  it('says in one line which setting gives it another port', async () => {
    const taken = createSocket('udp4').bind(0, '127.0.0.1');
    await once(taken, 'listening');
    const { HepCollector } = await import('../src/capture/hep-collector.ts');
    const { bus, clock } = gateway;
    const starting = HepCollector.start({
      ...{ host: '127.0.0.1', port: taken.address().port, sipServer: own, store: database.store, bus, clock },
      logger: gateway.app.log as never,
      onMessage: () => undefined,
      count: () => undefined,
    });
    await expect(starting).rejects.toMatchObject({ setting: 'RINGBACK_HEP_PORT' });
    taken.close();
  });
});
