import type { CallsState } from './calls-state.ts';

export const canNotify = 'Notification' in window && window.isSecureContext;

/** Tells of a call that rings while the page is out of sight. Whether it may is asked elsewhere, never here. */
export class CallNotification {
  #shown: { id: string; notification: Notification } | null = null;

  update(calls: CallsState): void {
    const ringing = calls.find(({ call }) => call.kind === 'incoming');
    if (this.#shown && this.#shown.id !== ringing?.id) {
      this.#shown.notification.close();
      this.#shown = null;
    }
    if (!ringing || this.#shown || ringing.call.kind !== 'incoming') return;
    if (!canNotify || !document.hidden || Notification.permission !== 'granted') return;
    const { displayName, number } = ringing.call.peer;
    const notification = new Notification(`${displayName ?? number} is calling`, {
      body: displayName ? `${number} · open the page to answer` : 'Open the page to answer',
      tag: `ringback-${ringing.id}`,
      icon: '/favicon.svg',
      requireInteraction: true,
    });
    notification.addEventListener('click', () => window.focus());
    this.#shown = { id: ringing.id, notification };
  }
}
