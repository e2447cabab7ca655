import type { Leg, QualityPoint, SipMessageRecord } from '@ringback/contracts';
import { describe, expect, it } from 'vitest';
import { gradeBetween } from '../../src/ladder/model/media-spans.ts';
import { rowTime } from '../../src/ladder/model/row-times.ts';
import { type LadderRow, ladderOf, type MessageRow } from '../../src/ladder/model/rows.ts';
import { spoken } from './spoken-call.ts';

const { call, messages } = spoken;
const NONE = new Set<string>();
const rowsOf = (list: readonly SipMessageRecord[], unfolded: ReadonlySet<string> = NONE) =>
  ladderOf(call, list, unfolded, []).rows;
const wires = (rows: readonly LadderRow[]) => rows.filter((row): row is MessageRow => row.kind === 'message');

describe('the ladder of a recorded call', () => {
  const { lanes, rows, spans } = ladderOf(call, messages, NONE, []);

  it('has the caller, Ringback and the called browser as lifelines, with their addresses', () => {
    expect(lanes.lifelines.map(({ title, about, address }) => [title, about, address])).toEqual([
      ['voice Ringback', 'voice, ws', '127.0.0.1:60056'],
      ['Ringback', '', '127.0.0.1:37323'],
      ['Browser 2001', 'browser, ws', '127.0.0.1:60450'],
    ]);
    expect(lanes.middle).toBe(1);
  });

  it('has every message of both legs in wire order, ACK and 100 included', () => {
    expect(wires(rows).map(({ label, from, to }) => `${label} ${from}${to}`)).toEqual([
      'INVITE 01',
      '100 Trying 10',
      '407 Proxy Authentication Required 10',
      'ACK 01',
      'INVITE 01',
      '100 Trying 10',
      'INVITE 12',
      '100 Trying 21',
      '180 Ringing 21',
      '180 Ringing 10',
      '200 OK 21',
      'ACK 12',
      '200 OK 10',
      'ACK 01',
      'BYE 01',
      '200 OK 10',
      'BYE 12',
      '200 OK 21',
    ]);
  });

  it('knows how each is drawn, and which carry a session description', () => {
    const look = (label: string) => wires(rows).find((row) => row.label.startsWith(label));
    expect(look('INVITE')).toMatchObject({ look: 'request', sdp: true, color: 0 });
    expect(look('180')).toMatchObject({ look: 'provisional', sdp: false, color: 1 });
    expect(look('200')).toMatchObject({ look: 'final', sdp: true });
    // A challenge is no failure.
    expect(look('407')).toMatchObject({ look: 'final' });
  });

  it('has RTP between each endpoint and Ringback over the time it flowed', () => {
    expect(spans.map(({ label, lane, facts, grade }) => [label, lane, facts, grade])).toEqual([
      ['RTP PCMU', 0, '111 packets, 0 lost', 'unknown'],
      ['SRTP PCMU', 2, '111 packets, 0 lost', 'good'],
    ]);
    expect(rows.filter(({ kind }) => kind === 'media')).toHaveLength(1);
    expect(spans[0]?.endUs).toBeGreaterThan(spans[0]?.startUs ?? 0);
  });

  it('colours RTP by how it sounded at the time, and tells of a call that is up what has come so far', () => {
    const [caller, callee] = call.legs as [Leg, Leg];
    const live = { ...call, legs: [{ ...caller, media: null, endedAt: null }, callee] };
    const beganMs = Date.parse(caller.answeredAt ?? '');
    const second = (after: number, mos: number | null, packets: number): QualityPoint => ({
      time: new Date(beganMs + after * 1000).toISOString(),
      seconds: 1,
      directions: [
        {
          ...{ legId: caller.id, role: 'caller', packets, packetsLost: 1, mos, silent: false },
          ...{ jitterMs: null, roundTripMs: null, codec: 'PCMU' },
        },
      ],
    });
    const points = [second(1, 4.4, 50), second(2, 3.2, 40), second(3, null, 0), second(4, 4.3, 50)];
    const [span] = ladderOf(live, messages, NONE, points).spans;
    expect(span).toMatchObject({ mos: 4.3, facts: '140 packets, 4 lost', endUs: null });
    const grade = (from: number, to: number) =>
      span && gradeBetween(span, (beganMs + from * 1000) * 1000, (beganMs + to * 1000) * 1000);
    expect([grade(0, 1), grade(0.5, 1.5), grade(2, 3), grade(3.1, 9), grade(20, 21)]).toEqual([
      'good',
      'poor',
      'unknown',
      'good',
      'good',
    ]);
  });

  it('has the API call and the speech in their places', () => {
    const events = rows.flatMap((row) => (row.kind === 'event' ? [[row.event.type, row.lane]] : []));
    expect(events).toEqual([
      ['call.queued', 1],
      ['speech.started', 0],
      ['speech.first-audio', 0],
      ['speech.finished', 0],
    ]);
    expect(rows[0]).toMatchObject({ kind: 'event', text: 'POST /api/calls: speak to 2001' });
    expect(rows.map(({ timeUs }) => timeUs)).toEqual(rows.map(({ timeUs }) => timeUs).sort((a, b) => a - b));
  });
});

describe('retransmissions', () => {
  const invite = messages[0] as SipMessageRecord;
  const again = [500_000, 1_500_000].map((us, index) => ({
    ...invite,
    id: `again ${index}`,
    timeUs: invite.timeUs + us,
  }));
  const all = [...messages, ...again].sort((a, b) => a.timeUs - b.timeUs);

  it('are folded into the first one', () => {
    expect(wires(rowsOf(all))).toHaveLength(messages.length);
    expect(wires(rowsOf(all))[0]).toMatchObject({ times: 3, unfolded: false });
  });

  it('are shown at their own times when they are unfolded', () => {
    const shown = wires(rowsOf(all, new Set([invite.id]))).filter(
      ({ id, repeat }) => repeat || id === invite.id,
    );
    expect(shown.map(({ repeat, timeUs }) => [repeat, timeUs - invite.timeUs])).toEqual([
      [false, 0],
      [true, 500_000],
      [true, 1_500_000],
    ]);
  });

  it('are none when another transaction or dialog says the same', () => {
    const other = { ...invite, id: 'o', raw: invite.raw.replace(/branch=[^;\r]+/, 'branch=z9hG4bKother') };
    const forked = { ...(messages[8] as SipMessageRecord), id: 'f' };
    const fork = { ...forked, raw: forked.raw.replace(/(To:.*tag=)\S+/, '$1another') };
    expect(wires(rowsOf([...messages, other, fork]))).toHaveLength(messages.length + 2);
  });
});

describe('a call that is forked', () => {
  const callee = call.legs[1] as (typeof call.legs)[number];
  const second = {
    ...callee,
    id: 'leg-3',
    sipCallId: 'third',
    number: '1002',
    remoteAddress: '10.0.0.9:5060',
  };
  const retried = { ...callee, id: 'leg-4', sipCallId: 'fourth' };

  it('has a lifeline for each endpoint, and a colour for each leg', () => {
    const { lanes } = ladderOf({ ...call, legs: [...call.legs, second, retried] }, messages, NONE, []);
    expect(lanes.lifelines.map(({ address }) => address)).toEqual([
      '127.0.0.1:60056',
      '127.0.0.1:37323',
      '127.0.0.1:60450',
      '10.0.0.9:5060',
    ]);
    expect(lanes.dialogs.get('fourth')).toMatchObject({ lane: 2, color: 3 });
  });

  it('names phones of one number by their addresses', () => {
    const twin = { ...callee, id: 'leg-3', sipCallId: 'third', remoteAddress: '10.0.0.9:5060' };
    const { lanes } = ladderOf({ ...call, legs: [...call.legs, twin] }, messages, NONE, []);
    expect(lanes.lifelines.map(({ name }) => name)).toEqual([
      'voice Ringback',
      'Ringback',
      'Browser 2001 at 127.0.0.1:60450',
      'Browser 2001 at 10.0.0.9:5060',
    ]);
  });

  it('draws a dialog whose leg is not known yet by its address', () => {
    const { lanes, rows } = ladderOf({ ...call, legs: call.legs.slice(0, 1) }, messages, NONE, []);
    expect(lanes.lifelines[2]).toMatchObject({ title: '127.0.0.1:60450', about: 'ws' });
    expect(wires(rows)).toHaveLength(messages.length);
  });
});

describe('times', () => {
  it('are relative, delta or absolute', () => {
    expect(rowTime('relative', 2_113_000, 2_000_000, 0)).toBe('2.113');
    expect(rowTime('delta', 2_113_000, 2_106_000, 0)).toBe('+0.007');
    expect(rowTime('delta', 0, null, 0)).toBe('');
    expect(rowTime('absolute', 42_000, 0, 0)).toMatch(/^\d\d:\d\d:\d\d\.042$/);
  });
});
