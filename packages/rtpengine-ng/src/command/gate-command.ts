import type { CommandBody } from './command-body.ts';
import { type FlowLimit, readFlowLimit, readSelector, type Selector } from './selector.ts';

export const GATE_COMMANDS = [
  'block media',
  'unblock media',
  'silence media',
  'unsilence media',
  'block DTMF',
  'unblock DTMF',
  'start forwarding',
  'stop forwarding',
] as const;

/** Opens or closes the way of what somebody sends. */
export type GateCommand = {
  readonly command: (typeof GATE_COMMANDS)[number];
  readonly callId: string;
  /** Who sends; `nobody` is the whole call, `all` also every participant that was named before. */
  readonly who: Selector;
  /** Only what goes to these. */
  readonly towards: FlowLimit | undefined;
  /** A name to select `who` by from now on. */
  readonly setLabel: string | undefined;
};

export function readGate(command: GateCommand['command'], body: CommandBody): GateCommand {
  return {
    command,
    callId: body.required('call-id'),
    who: readSelector(body),
    towards: readFlowLimit(body),
    setLabel: body.text('set-label'),
  };
}
