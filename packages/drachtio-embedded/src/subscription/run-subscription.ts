import {
  type EventType,
  subscription as life,
  type SubscriptionInput,
  type SubscriptionStep,
} from '@ringback/sip';
import type { Core } from '../core/core.ts';
import type { Dialog } from '../dialog/dialog.ts';
import { subscriptionForsaken, subscriptionLapsed } from './end-subscription.ts';
import type { Subscription, SubscriptionRole } from './subscription.ts';

/** More than one dialog ever needs; what goes beyond is passed on but not kept alive after a BYE. */
const SUBSCRIPTIONS_PER_DIALOG = 32;

/** A subscription that was granted, or shown to live by a NOTIFY. */
export function beginSubscription(
  core: Core,
  dialog: Dialog,
  role: SubscriptionRole,
  event: EventType,
  expiresSec: number,
): void {
  if (dialog.subscriptions.size >= SUBSCRIPTIONS_PER_DIALOG) return;
  const first = life.start(expiresSec, core.clock.nowMs(), options(core));
  const subscription: Subscription = { role, event, state: first.state, cancelTimer: () => undefined };
  dialog.subscriptions.add(subscription);
  perform(core, dialog, subscription, first);
}

const options = (core: Core) => ({ graceMs: 64 * core.timing.t1 });

/** Something happened to it. */
export function giveSubscription(
  core: Core,
  dialog: Dialog,
  subscription: Subscription,
  input: SubscriptionInput,
): void {
  perform(
    core,
    dialog,
    subscription,
    life.step(subscription.state, input, core.clock.nowMs(), options(core)),
  );
}

function perform(core: Core, dialog: Dialog, subscription: Subscription, step: SubscriptionStep): void {
  subscription.state = step.state;
  for (const effect of step.effects) {
    switch (effect.kind) {
      case 'wake':
        subscription.cancelTimer();
        subscription.cancelTimer = core.clock.after(effect.atMs - core.clock.nowMs(), () =>
          giveSubscription(core, dialog, subscription, { kind: 'timer' }),
        );
        break;
      case 'lapse':
        subscriptionLapsed(core, dialog, subscription);
        break;
      case 'forsake':
        subscriptionForsaken(core, dialog, subscription);
        break;
      case 'over':
        subscription.cancelTimer();
        dialog.subscriptions.delete(subscription);
        if (dialog.subscriptions.size === 0 && !dialog.inCall) core.dialogs.remove(dialog);
        break;
      default:
        effect satisfies never;
    }
  }
}
