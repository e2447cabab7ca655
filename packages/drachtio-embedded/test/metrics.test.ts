import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { messageKind } from '../src/monitoring/message-kind.ts';
import { Network, SDP, SECRET } from './network.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('what a message counts as', () => {
  it.each([
    ['INVITE sip:a@b SIP/2.0\r\n', { kind: 'request', method: 'INVITE' }],
    ['DANCE sip:a@b SIP/2.0\r\n', { kind: 'request', method: 'other' }],
    ['SIP/2.0 200 OK\r\ncseq : 1 BYE\r\n', { kind: 'response', method: 'BYE', code: '200' }],
    ['SIP/2.0 477 Made up\r\nCSeq: 1 DANCE\r\n', { kind: 'response', method: 'other', code: '4xx' }],
    ['GET / HTTP/1.1\r\n', { kind: 'request', method: 'other' }],
    ['\u0000\u0001', { kind: 'garbage' }],
    ['SIP/2.0 999 Never', { kind: 'garbage' }],
  ])('%j', (text, kind) => {
    expect(messageKind(bytes(text))).toEqual(kind);
  });
});

describe('the port for Prometheus', () => {
  let network: Network;
  beforeEach(async () => {
    network = await Network.start({ prometheus: { host: '127.0.0.1', port: 0, process: true } });
  });
  afterEach(() => network.close());

  const fetchPath = (path: string, init?: RequestInit) =>
    fetch(`http://127.0.0.1:${network.server.prometheusPort}${path}`, init);

  /** Samples by name and labels. */
  async function scrape(): Promise<Map<string, number>> {
    const text = await (await fetchPath('/metrics')).text();
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    return new Map(
      lines.map((line) => {
        const at = line.lastIndexOf(' ');
        return [line.slice(0, at), Number(line.slice(at + 1))];
      }),
    );
  }

  it('tells of a call', async () => {
    await network.application((srf) => {
      srf.invite((req, res) => {
        res.send(180);
        void srf.createUAS(req, res, { localSdp: SDP });
      });
    });
    const phone = await network.phone('1001', 'tcp');
    const invite = phone.call('INVITE', 'sip:9196@ringback.local', { body: SDP });
    const ok = await phone.response(200);
    phone.ack(invite, ok);
    await expect.poll(async () => (await scrape()).get('drachtio_stable_dialogs')).toBe(1);
    const during = await scrape();
    expect(during.get('drachtio_app_connections')).toBe(1);
    expect(during.get('drachtio_sip_connections')).toBe(1);
    phone.inDialog('BYE', invite, ok);
    await phone.response(200, 'BYE');
    phone.call('MESSAGE', 'sip:ringback.local');
    await phone.response(503);
    phone.sendRaw(`DANCE sip:a@b SIP/2.0\r\nVia: SIP/2.0/TCP x\r\nContent-Length: 0\r\n\r\n`);
    const expected = {
      'drachtio_sip_requests_in_total{method="INVITE"}': 1,
      'drachtio_sip_requests_in_total{method="BYE"}': 1,
      'drachtio_sip_requests_in_total{method="other"}': 1,
      'drachtio_sip_responses_out_total{method="INVITE",code="180"}': 1,
      'drachtio_sip_responses_out_total{method="INVITE",code="200"}': 1,
      drachtio_call_pdd_seconds_in_count: 1,
      drachtio_call_answer_seconds_in_count: 1,
      'drachtio_call_answer_seconds_in_bucket{le="1"}': 1,
      'drachtio_refused_total{reason="unrouted"}': 1,
      'drachtio_refused_total{reason="malformed"}': 1,
      drachtio_stable_dialogs: 0,
      'drachtio_build_info{version="v0.9.2"}': 1,
    };
    await expect.poll(async () => Object.fromEntries(await scrape())).toMatchObject(expected);
    const after = await scrape();
    expect(after.get('drachtio_app_frames_total{direction="in"}')).toBeGreaterThan(4);
    for (const name of ['nodejs_eventloop_lag_p99_seconds', 'process_resident_memory_bytes'])
      expect(after.get(name), name).toBeDefined();
  });

  it('tells of a call that an application makes', async () => {
    const callee = await network.phone('1002');
    const srf = await network.application();
    const call = srf.createUAC(callee.contact.slice(1, -1), { localSdp: SDP });
    const invite = await callee.request('INVITE');
    callee.reply(invite, 180, 'Ringing');
    callee.reply(invite, 200, 'OK', { body: SDP, contentType: 'application/sdp' });
    await call;
    expect(Object.fromEntries(await scrape())).toMatchObject({
      'drachtio_sip_requests_out_total{method="INVITE"}': 1,
      'drachtio_sip_responses_in_total{method="INVITE",code="200"}': 1,
      drachtio_call_pdd_seconds_out_count: 1,
      drachtio_call_answer_seconds_out_count: 1,
    });
  });

  it('shows no secret and no caller', async () => {
    const phone = await network.phone('4915112345678');
    phone.call('INVITE', 'sip:49301234567@ringback.local', { body: SDP });
    await phone.response(503);
    const text = await (await fetchPath('/metrics')).text();
    for (const hidden of [SECRET, '4915112345678', '49301234567', 'ringback.local'])
      expect(text).not.toContain(hidden);
  });

  it('answers nothing else', async () => {
    expect((await fetchPath('/')).status).toBe(404);
    expect((await fetchPath('/metrics', { method: 'POST' })).status).toBe(405);
  });

  it('is named when it is taken, and nothing stays open', async () => {
    const { prometheusPort: port } = network.server;
    const prometheus = { host: '127.0.0.1', port };
    await expect(Network.start({ prometheus })).rejects.toMatchObject({
      code: 'EADDRINUSE',
      message: `prometheus 127.0.0.1:${port} is already in use`,
    });
  });
});
