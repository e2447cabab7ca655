import type { SipMessageRecord } from '@ringback/contracts';

/** All messages as they were on the wire, each under a line that says when and which way. */
export function messagesText(messages: readonly SipMessageRecord[]): string {
  return messages.map(messageText).join('\n\n');
}

function messageText({ time, transport, source, destination, raw }: SipMessageRecord): string {
  return `${time} ${transport} ${source} -> ${destination}\n\n${raw.replace(/\r\n/g, '\n').trimEnd()}\n`;
}
