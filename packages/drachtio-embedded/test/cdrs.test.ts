import type { SipPhone } from '@ringback/testing';
import type Srf from 'drachtio-srf';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Network, SDP } from './network.ts';
import { addressOf, dial, routeOfCaller } from './proxying.ts';

let network: Network;
let caller: SipPhone;
let callee: SipPhone;
let srf: Srf;
let records: string[];
beforeEach(() => begin({ cdrs: true }));
afterEach(() => network.close());

async function begin(options: Parameters<typeof Network.start>[0]): Promise<void> {
  network = await Network.start(options);
  caller = await network.phone('1001');
  callee = await network.phone('1002');
  records = [];
  srf = await recorder(records);
}

/** An application that writes down the records it gets, as `event source detail: message`. */
function recorder(lines: string[]): Promise<Srf> {
  return network.application((app) => {
    app.on('cdr:attempt', (source, time, message) => note(lines, `attempt ${source}`, time, message));
    app.on('cdr:start', (source, time, role, message) =>
      note(lines, `start ${source} ${role}`, time, message),
    );
    app.on('cdr:stop', (source, time, reason, message) =>
      note(lines, `stop ${source} ${reason}`, time, message),
    );
  });
}

function note(
  lines: string[],
  what: string,
  time: string,
  { status, method }: { status?: number; method?: string },
) {
  expect(time).toMatch(/^\d\d:\d\d:\d\d\.\d{6}$/);
  lines.push(`${what}: ${status ?? method}`);
}

const bridge = () =>
  srf.invite((req, res) => {
    srf
      .createB2BUA(req, res, addressOf(callee), { localSdpB: req.body })
      .then(({ uas, uac }) => {
        uas.other = uac;
        uac.other = uas;
        for (const leg of [uas, uac]) leg.on('destroy', () => void leg.other?.destroy());
      })
      .catch(() => undefined);
  });

const proxy = (recordRoute = true) =>
  srf.invite((req) => void req.proxy({ destination: addressOf(callee), recordRoute }).catch(() => undefined));

describe('the records of a B2BUA', () => {
  it('are two of each kind, one for each leg', async () => {
    bridge();
    const invite = dial(caller);
    callee.reply(await callee.request('INVITE'), 200, 'OK', { body: SDP });
    const ok = await caller.response(200);
    caller.ack(invite, ok);
    await callee.request('ACK');
    await expect
      .poll(() => records)
      .toEqual([
        'attempt network: INVITE',
        'attempt application: INVITE',
        'start network uac: 200',
        'start application uas: 200',
      ]);
    records.length = 0;
    caller.inDialog('BYE', invite, ok);
    callee.reply(await callee.request('BYE'), 200, 'OK');
    await caller.response(200, 'BYE');
    await expect
      .poll(() => records)
      .toEqual(['stop network normal-release: BYE', 'stop application normal-release: BYE']);
  });

  it('say that a call was rejected', async () => {
    bridge();
    dial(caller);
    callee.reply(await callee.request('INVITE'), 486, 'Busy Here');
    await caller.response(486);
    await expect
      .poll(() => records.slice(2))
      .toEqual(['stop network call-rejected: 486', 'stop application call-rejected: 486']);
  });

  it('say that a call was cancelled', async () => {
    bridge();
    const invite = dial(caller);
    const forwarded = await callee.request('INVITE');
    callee.reply(forwarded, 180, 'Ringing');
    await caller.response(180);
    caller.cancel(invite);
    await callee.request('CANCEL');
    callee.reply(forwarded, 487, 'Request Terminated');
    await expect
      .poll(() => records.slice(2))
      .toEqual(['stop application call-canceled: 487', 'stop network call-canceled: 487']);
  });
});

describe('the records of a proxied call', () => {
  it('are told from both sides, as drachtio-server names them', async () => {
    proxy();
    const invite = dial(caller);
    callee.reply(await callee.request('INVITE'), 200, 'OK', { body: SDP });
    const ok = await caller.response(200);
    caller.ack(invite, ok, routeOfCaller(ok));
    await callee.request('ACK');
    caller.inDialog('BYE', invite, ok, routeOfCaller(ok));
    callee.reply(await callee.request('BYE'), 200, 'OK');
    await caller.response(200, 'BYE');
    await expect
      .poll(() => records)
      .toEqual([
        'attempt network: INVITE',
        'attempt application: INVITE',
        'start network proxy-uac: 200',
        'start application proxy-uas: 200',
        'stop network normal-release: BYE',
        'stop application normal-release: BYE',
      ]);
  });

  it('say that it was rejected', async () => {
    proxy(false);
    dial(caller);
    callee.reply(await callee.request('INVITE'), 603, 'Decline');
    await caller.response(603);
    await expect
      .poll(() => records.slice(2))
      .toEqual(['stop network call-rejected: 603', 'stop application call-rejected: 603']);
  });
});

it('records are dealt in turn among the applications that asked for them', async () => {
  const others: string[] = [];
  await recorder(others);
  srf.invite((_req, res) => res.send(480));
  for (const _ of [1, 2, 3, 4]) {
    dial(caller);
    await caller.response(480);
  }
  await expect.poll(() => [records.length, others.length]).toEqual([4, 4]);
});

it('there are none unless the server was told to make them', async () => {
  await network.close();
  await begin({});
  srf.invite((_req, res) => res.send(480));
  dial(caller);
  await caller.response(480);
  await new Promise<void>((resolve) =>
    srf.request(addressOf(callee), { method: 'OPTIONS' }).then(() => resolve()),
  );
  expect(records).toEqual([]);
});
