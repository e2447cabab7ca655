import { describe, expect, it } from 'vitest';
import {
  confirmDialog,
  type Dialog,
  dialogKey,
  dialogKeyOf,
  header,
  headers,
  nextHopUri,
  notifiedDialog,
  receiveInDialog,
  refreshTarget,
  requestInDialog,
  responseTo,
  type SipResponse,
  seenByPeer,
  uacDialog,
  uasDialog,
  withHeader,
  withHeaders,
  withoutHeader,
} from '../src/index.ts';
import { request } from './messages.ts';

const invite = withHeaders(request('INVITE'), 'Record-Route', ['<sip:near.bob;lr>', '<sip:near.alice;lr>']);
const answer = (status: number, contact = '<sip:bob@192.0.2.4>'): SipResponse =>
  responseTo(invite, status, '', { toTag: 'bt', headers: [{ name: 'Contact', value: contact }] });
const via = 'SIP/2.0/UDP us;branch=z9hG4bKnext';

const uac = (status = 200): Dialog => uacDialog(invite, answer(status))!;
const uas = (status = 200): Dialog => uasDialog(invite, answer(status))!;

describe('the making of a dialog', () => {
  it('gives both ends the same dialog seen from their sides', () => {
    expect(uac()).toEqual({
      role: 'uac',
      state: 'confirmed',
      callId: 'a84b4c76e66710',
      localTag: '1928301774',
      remoteTag: 'bt',
      localParty: '"Alice" <sip:alice@atlanta.example>',
      remoteParty: 'Bob <sip:bob@biloxi.example>',
      remoteTarget: 'sip:bob@192.0.2.4',
      routeSet: ['<sip:near.alice;lr>', '<sip:near.bob;lr>'],
      localSequence: 314_159,
      remoteSequence: undefined,
      inviteSequence: 314_159,
      secure: false,
    });
    expect(uas()).toMatchObject({
      role: 'uas',
      localTag: 'bt',
      remoteTag: '1928301774',
      localParty: 'Bob <sip:bob@biloxi.example>',
      remoteTarget: 'sip:alice@pc33.atlanta.example',
      routeSet: ['<sip:near.bob;lr>', '<sip:near.alice;lr>'],
      localSequence: undefined,
      remoteSequence: 314_159,
    });
  });

  it('is early with a 1xx and confirmed with the 2xx, whose route set and target count', () => {
    const early = uac(180);
    expect(early.state).toBe('early');
    const confirmed = confirmDialog(
      early,
      withHeader(answer(200, '<sip:bob@elsewhere>'), 'Record-Route', '<sip:only;lr>'),
    );
    expect(confirmed).toMatchObject({
      state: 'confirmed',
      remoteTarget: 'sip:bob@elsewhere',
      routeSet: ['<sip:only;lr>'],
    });
    expect(confirmDialog(uas(180), answer(200))).toEqual(uas());
  });

  it('needs a tag and a Contact, and more than a 100', () => {
    expect(
      uacDialog(invite, responseTo(invite, 180, '', { headers: [{ name: 'Contact', value: '<sip:b@c>' }] })),
    ).toBeUndefined();
    expect(uacDialog(invite, withoutHeader(answer(180), 'Contact'))).toBeUndefined();
    expect(uacDialog(invite, answer(180, 'nonsense <'))).toBeUndefined();
    expect(uacDialog(invite, answer(100))).toBeUndefined();
    expect(uasDialog(withoutHeader(invite, 'Contact'), answer(200))).toBeUndefined();
    expect(uasDialog(invite, responseTo(invite, 200))).toBeUndefined();
  });

  it('takes a peer of RFC 2543 without tags', () => {
    const untagged = withHeader(invite, 'From', 'sip:alice@atlanta.example;x=1');
    const dialog = uasDialog(untagged, responseTo(untagged, 200, '', { toTag: 'bt' }))!;
    expect(dialog).toMatchObject({ remoteTag: '', remoteParty: '<sip:alice@atlanta.example>' });
    expect(header(requestInDialog(dialog, 'BYE', { via }).request, 'To')).toBe('<sip:alice@atlanta.example>');
  });

  it('keeps angle brackets of a display name and of parameters apart from the address', () => {
    const odd = withHeader(invite, 'From', '"a > b" <sip:a@b>;x="<y>";tag=1');
    expect(uasDialog(odd, answer(200))?.remoteParty).toBe('"a > b" <sip:a@b>');
  });

  it('is named alike by a received request and by a received response', () => {
    const bye = requestInDialog(uac(), 'BYE', { via }).request;
    expect(dialogKeyOf(bye)).toBe(dialogKey('a84b4c76e66710', 'bt', '1928301774'));
    expect(dialogKeyOf(answer(200))).toBe(dialogKey('a84b4c76e66710', '1928301774', 'bt'));
    expect(dialogKeyOf(invite)).toBeUndefined();
  });
});

describe('requests in a dialog', () => {
  it('go to the target by way of loose routers', () => {
    const { request: bye, dialog } = requestInDialog(uac(), 'BYE', {
      via,
      headers: [{ name: 'Reason', value: 'SIP' }],
    });
    expect(bye).toMatchObject({ method: 'BYE', uri: 'sip:bob@192.0.2.4' });
    expect(headers(bye, 'Route')).toEqual(['<sip:near.alice;lr>', '<sip:near.bob;lr>']);
    expect([
      header(bye, 'From'),
      header(bye, 'To'),
      header(bye, 'CSeq'),
      header(bye, 'Via'),
      header(bye, 'Reason'),
    ]).toEqual([
      '"Alice" <sip:alice@atlanta.example>;tag=1928301774',
      'Bob <sip:bob@biloxi.example>;tag=bt',
      '314160 BYE',
      via,
      'SIP',
    ]);
    expect(dialog.localSequence).toBe(314_160);
    expect(nextHopUri(bye)).toBe('sip:near.alice;lr');
  });

  it('give a strict router the Request-URI and the target as the last Route (RFC 3261 12.2.1.1)', () => {
    const strict = { ...uac(), routeSet: ['<sip:strict;method=INVITE?a=b>', '<sip:next;lr>'] };
    const { request: bye } = requestInDialog(strict, 'BYE', { via });
    expect(bye.uri).toBe('sip:strict');
    expect(headers(bye, 'Route')).toEqual(['<sip:next;lr>', '<sip:bob@192.0.2.4>']);
  });

  it('to a strict router are sent to the Request-URI', () => {
    const { request: bye } = requestInDialog({ ...uac(), routeSet: ['<sip:strict>'] }, 'BYE', { via });
    expect([bye.uri, headers(bye, 'Route'), nextHopUri(bye)]).toEqual([
      'sip:strict',
      ['<sip:bob@192.0.2.4>'],
      'sip:strict',
    ]);
  });

  it('go straight to the target without a route set', () => {
    const { request: bye } = requestInDialog({ ...uac(), routeSet: [] }, 'BYE', { via });
    expect([bye.uri, headers(bye, 'Route'), nextHopUri(bye)]).toEqual([
      'sip:bob@192.0.2.4',
      [],
      'sip:bob@192.0.2.4',
    ]);
  });

  it('count up; an ACK has the number of its INVITE and counts nothing', () => {
    const first = requestInDialog(uac(), 'INFO', { via }).dialog;
    const ack = requestInDialog(first, 'ACK', { via });
    expect(header(ack.request, 'CSeq')).toBe('314159 ACK');
    const reinvite = requestInDialog(ack.dialog, 'INVITE', { via });
    const info = requestInDialog(reinvite.dialog, 'INFO', { via });
    expect(header(info.request, 'CSeq')).toBe('314162 INFO');
    expect(header(requestInDialog(info.dialog, 'ACK', { via }).request, 'CSeq')).toBe('314161 ACK');
  });

  it('of the called side begin at a number of its own', () => {
    expect(header(requestInDialog(uas(), 'BYE', { via }).request, 'CSeq')).toBe('1 BYE');
    expect(header(requestInDialog(uas(), 'BYE', { via, firstSequence: 100 }).request, 'CSeq')).toBe(
      '101 BYE',
    );
  });
});

describe('receiveInDialog', () => {
  const received = (method: string, sequence: number, contact = '<sip:alice@new>') =>
    withHeader(withHeader(request(method), 'CSeq', `${sequence} ${method}`), 'Contact', contact);

  it('takes a higher number and the new target of a re-INVITE', () => {
    const result = receiveInDialog(uas(), received('INVITE', 314_160));
    expect(result).toMatchObject({
      ok: true,
      dialog: { remoteSequence: 314_160, remoteTarget: 'sip:alice@new' },
    });
  });

  it('does not take a target from an INFO', () => {
    expect(receiveInDialog(uas(), received('INFO', 314_160))).toMatchObject({
      dialog: { remoteTarget: 'sip:alice@pc33.atlanta.example' },
    });
  });

  it('answers 500 to a lower number and leaves gaps be', () => {
    expect(receiveInDialog(uas(), received('INFO', 314_158))).toMatchObject({ ok: false, status: 500 });
    expect(receiveInDialog(uas(), received('INFO', 999_999)).ok).toBe(true);
    expect(receiveInDialog(uac(), received('INFO', 0)).ok).toBe(true);
  });

  it('counts no ACK and no CANCEL, and refuses an unreadable number', () => {
    const dialog = uas();
    expect(receiveInDialog(dialog, received('ACK', 5))).toEqual({ ok: true, dialog });
    expect(receiveInDialog(dialog, received('CANCEL', 5))).toEqual({ ok: true, dialog });
    expect(receiveInDialog(dialog, withHeader(request('INFO'), 'CSeq', 'x'))).toMatchObject({
      ok: false,
      status: 400,
    });
  });

  it('keeps the old target when a refresh brings no readable one', () => {
    const dialog = uas();
    expect(refreshTarget(dialog, withHeader(request('INVITE'), 'Contact', '<'))).toBe(dialog);
    expect(refreshTarget(dialog, answer(200, '<sip:moved@x>')).remoteTarget).toBe('sip:moved@x');
  });
});

describe('the dialog of a SUBSCRIBE', () => {
  const subscribe = request('SUBSCRIBE');
  const notify = withHeaders(
    {
      ...withHeader(
        withHeader(
          withHeader(request('NOTIFY'), 'From', 'Bob <sip:bob@biloxi.example>;tag=fork'),
          'To',
          header(subscribe, 'From')!,
        ),
        'Contact',
        '<sip:bob@192.0.2.9>',
      ),
      uri: 'sip:alice@pc33.atlanta.example',
    },
    'Record-Route',
    ['<sip:near.alice;lr>', '<sip:near.bob;lr>'],
  );

  it('is made by a NOTIFY as the 2xx would make it (RFC 6665 4.4.1)', () => {
    const ok = withHeaders(
      responseTo(subscribe, 200, '', {
        toTag: 'fork',
        headers: [{ name: 'Contact', value: '<sip:bob@192.0.2.9>' }],
      }),
      'Record-Route',
      ['<sip:near.bob;lr>', '<sip:near.alice;lr>'],
    );
    expect(notifiedDialog(subscribe, notify)).toEqual(uacDialog(subscribe, ok));
  });

  it.each([
    ['another call', withHeader(notify, 'Call-ID', 'other')],
    ['another tag of ours', withHeader(notify, 'To', '<sip:alice@atlanta.example>;tag=other')],
    ['no Contact', withoutHeader(notify, 'Contact')],
  ])('is not made by a NOTIFY with %s', (_what, stranger) => {
    expect(notifiedDialog(subscribe, stranger)).toBeUndefined();
  });
});

it('the peer sees a dialog with its ends exchanged', () => {
  const seen = seenByPeer({ ...uac(), remoteSequence: 7 }, 'sip:alice@pc33.atlanta.example');
  const { request: info } = requestInDialog(seen, 'INFO', { via });
  expect(info.uri).toBe('sip:alice@pc33.atlanta.example');
  expect(header(info, 'From')).toBe('Bob <sip:bob@biloxi.example>;tag=bt');
  expect(header(info, 'To')).toBe('"Alice" <sip:alice@atlanta.example>;tag=1928301774');
  expect(header(info, 'CSeq')).toBe('8 INFO');
  expect(header(info, 'Route')).toBeUndefined();
});
