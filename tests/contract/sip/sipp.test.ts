import { answerWithSipp, callWithSipp, hasSipp, type SippReport } from '@ringback/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ANSWER } from './support/sdp.ts';
import { Testbed } from './support/testbed.ts';

const CALLS = { callsPerSecond: 20, calls: 60, callMs: 1000, timeoutSec: 60 };
const allWell = ({ succeeded, failed }: SippReport) =>
  expect({ succeeded, failed }).toEqual({ succeeded: 60, failed: 0 });

describe.skipIf(!hasSipp)('calls of SIPp', () => {
  let bed: Testbed;
  beforeAll(async () => {
    bed = await Testbed.start();
  });
  afterEach(() => bed.clear());
  afterAll(() => bed?.close());

  it('to an application that answers', async () => {
    await bed.application((srf) => srf.invite((req, res) => srf.createUAS(req, res, { localSdp: ANSWER })));
    allWell(await callWithSipp({ server: bed.address(), ...CALLS }));
  });

  it('through a B2BUA to SIPp', async () => {
    const callee = await answerWithSipp();
    await bed.application((srf) =>
      srf.invite(async (req, res) => {
        const { uas, uac } = await srf.createB2BUA(req, res, `sip:callee@127.0.0.1:${callee.port}`);
        uas.on('destroy', () => uac.destroy());
      }),
    );
    allWell(await callWithSipp({ server: bed.address(), ...CALLS }));
    allWell(await callee.stop());
  });
});
