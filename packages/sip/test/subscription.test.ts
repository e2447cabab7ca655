import { describe, expect, it } from 'vitest';
import {
  endsSubscription,
  parseEvent,
  parseSubscriptionState,
  type SubscriptionEffect,
  type SubscriptionInput,
  type SubscriptionState,
  subscription,
  subscriptionTable,
} from '../src/index.ts';

const options = { graceMs: 32_000 };

/** One subscription by a clock that stands still, with what it did. */
class Life {
  state: SubscriptionState;
  nowMs = 1_000_000;
  log: string[] = [];

  constructor(expiresSec: number) {
    const first = subscription.start(expiresSec, this.nowMs, options);
    this.state = first.state;
    this.#write(first.effects);
  }

  give(input: SubscriptionInput): this {
    const { state, effects } = subscription.step(this.state, input, this.nowMs, options);
    this.state = state;
    this.#write(effects);
    return this;
  }

  after(seconds: number): this {
    this.nowMs += seconds * 1000;
    return this;
  }

  #write(effects: readonly SubscriptionEffect[]): void {
    for (const effect of effects) {
      this.log.push(effect.kind === 'wake' ? `wake in ${(effect.atMs - this.nowMs) / 1000}` : effect.kind);
    }
  }
}

describe('the life of a subscription', () => {
  it('lasts as long as granted and 32 s more, and as long again for its last NOTIFY', () => {
    const life = new Life(60).after(92).give({ kind: 'timer' }).after(32).give({ kind: 'timer' });
    expect(life.log).toEqual(['wake in 92', 'lapse', 'wake in 32', 'forsake', 'over']);
  });

  it('begins anew with every refresh and with a NOTIFY that names a time', () => {
    const life = new Life(60).after(50).give({ kind: 'granted', expiresSec: 120 });
    life
      .after(10)
      .give({ kind: 'notified', expiresSec: 30 })
      .give({ kind: 'notified', expiresSec: undefined });
    expect(life.log).toEqual(['wake in 92', 'wake in 152', 'wake in 62']);
  });

  it('that is given up, or only fetched, waits 32 s for its last NOTIFY', () => {
    const life = new Life(60).after(50).give({ kind: 'granted', expiresSec: 0 });
    life.after(32).give({ kind: 'timer' });
    expect(life.log).toEqual(['wake in 92', 'wake in 32', 'forsake', 'over']);
    const fetched = new Life(0).give({ kind: 'final' });
    expect(fetched.log).toEqual(['wake in 32', 'over']);
  });

  it('takes no notice of a timer that was replaced', () => {
    const life = new Life(60).after(50).give({ kind: 'granted', expiresSec: 60 }).after(42);
    expect(life.give({ kind: 'timer' }).state.name).toBe('live');
  });

  it('is saved by a refresh that comes late', () => {
    const life = new Life(60).after(92).give({ kind: 'timer' }).give({ kind: 'granted', expiresSec: 60 });
    expect(life.state.name).toBe('live');
  });

  it.each(['final', 'refused'] as const)('ends with %s, once', (kind) => {
    const life = new Life(60).give({ kind }).give({ kind }).give({ kind: 'granted', expiresSec: 60 });
    expect(life.log).toEqual(['wake in 92', 'over']);
  });

  it('never waits longer than a timer can', () => {
    expect(new Life(4_294_967_295).log).toEqual(['wake in 2000032']);
  });

  it('has an edge for everything in every state', () => {
    const events = ['granted', 'renewed', 'given-up', 'notified', 'final', 'refused', 'timer'];
    for (const edges of Object.values(subscriptionTable)) expect(Object.keys(edges)).toEqual(events);
  });
});

it('which answers end it (RFC 6665 4.2.2)', () => {
  for (const status of [404, 405, 410, 416, 480, 481, 485, 489, 501, 604])
    expect(endsSubscription(status), `${status}`).toBe(true);
  for (const status of [200, 202, 400, 401, 403, 407, 408, 423, 486, 491, 500, 503, 600])
    expect(endsSubscription(status), `${status}`).toBe(false);
});

describe('the headers of a subscription', () => {
  it.each([
    ['presence', { type: 'presence', id: undefined }],
    ['Dialog;ID=7 ; sla', { type: 'Dialog', id: '7' }],
    ['refer;id=93809824', { type: 'refer', id: '93809824' }],
    ['', undefined],
    ['presence, dialog', undefined],
    ['a;b;b', undefined],
  ])('Event: %s', (text, event) => {
    expect(parseEvent(text)).toEqual(event);
  });

  it.each([
    ['active;expires=60', { state: 'active', expiresSec: 60, reason: undefined }],
    ['Terminated ; reason=NoResource', { state: 'terminated', expiresSec: undefined, reason: 'noresource' }],
    ['pending', { state: 'pending', expiresSec: undefined, reason: undefined }],
    ['waiting;expires=soon', { state: 'active', expiresSec: undefined, reason: undefined }],
    ['', undefined],
    ['active expires=5', undefined],
  ])('Subscription-State: %s', (text, status) => {
    expect(parseSubscriptionState(text)).toEqual(status);
  });
});
