export const LADDER_ID = 'ladder-rows';
export const MESSAGE_ID = 'ladder-message';

export function focusLadder(): void {
  document.getElementById(LADDER_ID)?.focus();
}

/** The message beside the ladder, or below it on a narrow page. */
export function focusMessage(): void {
  const message = document.getElementById(MESSAGE_ID);
  message?.focus({ preventScroll: true });
  message?.scrollIntoView({ block: 'nearest' });
}
