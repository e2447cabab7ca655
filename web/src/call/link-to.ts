/** What the address names as the message to be shown. */
export const MESSAGE_PARAMETER = 'message';

/** The address of a call's page, with the message that is selected on it. */
export function linkTo(address: string, messageId: string | null): string {
  const url = new URL(address);
  if (messageId === null) url.searchParams.delete(MESSAGE_PARAMETER);
  else url.searchParams.set(MESSAGE_PARAMETER, messageId);
  return url.href;
}
