import type { CommandBody } from './command-body.ts';

/** Which participants of a call are meant. `nobody`: no one was named, and the command says what that means. */
export type Selector =
  | { by: 'all' }
  | { by: 'label'; label: string }
  | { by: 'address'; address: string }
  | { by: 'tag'; tag: string }
  | { by: 'nobody' };

/** Flows of a participant that a command is limited to. */
export type FlowLimit =
  | { by: 'tag'; tag: string }
  | { by: 'label'; label: string }
  | { by: 'offer-answer' | 'except-offer-answer' | 'flows' };

const ALL = ['all', 'none', 'offer-answer', 'except-offer-answer', 'flows'] as const;

/** In rtpengine's order: everybody, then label, address, tag. */
export function readSelector(body: CommandBody): Selector {
  if (body.flags.includes('all') || body.word('all', ALL) === 'all') return { by: 'all' };
  const [label, address, tag] = [body.text('label'), body.text('address'), body.text('from-tag')];
  if (label !== undefined) return { by: 'label', label };
  if (address !== undefined) return { by: 'address', address };
  return tag === undefined ? { by: 'nobody' } : { by: 'tag', tag };
}

export function readFlowLimit(body: CommandBody): FlowLimit | undefined {
  const [tag, label] = [body.text('to-tag'), body.text('to-label')];
  if (tag !== undefined) return { by: 'tag', tag };
  if (label !== undefined) return { by: 'label', label };
  const all = body.word('all', ALL);
  return all === undefined || all === 'all' || all === 'none' ? undefined : { by: all };
}
