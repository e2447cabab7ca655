import type { AnswerCommand, OfferCommand, SdpReply } from '@ringback/rtpengine-ng';
import type { Call } from '../../call/call.ts';
import * as negotiation from '../../negotiation/negotiation.ts';
import type { Calls } from '../calls.ts';
import type { CommandContext } from './command-context.ts';
import { recordAsAsked } from './recording.ts';
import { simulateAsAsked } from './simulate.ts';

export async function offer(command: OfferCommand, context: CommandContext): Promise<SdpReply> {
  const { calls, media } = context;
  const call = calls.get(command.callId) ?? calls.add(command.callId);
  call.signalled();
  const sdp = await orForget(calls, call, negotiation.offer(call, command, media));
  simulateAsAsked(call.party(command.fromTag), command, context);
  return { result: 'ok', sdp, ...recordAsAsked(call, command, context) };
}

export async function answer(command: AnswerCommand, context: CommandContext): Promise<SdpReply> {
  const call = context.calls.known(command.callId, 'call-id');
  call.signalled();
  const sdp = await negotiation.answer(call, command);
  simulateAsAsked(call.party(command.toTag), command, context);
  return { result: 'ok', sdp, ...recordAsAsked(call, command, context) };
}

/** A first offer that is refused leaves no call behind. */
async function orForget(calls: Calls, call: Call, offered: Promise<string>): Promise<string> {
  try {
    return await offered;
  } catch (error) {
    if (!call.parties.some((party) => party.transport)) calls.remove(call, 'rejected');
    throw error;
  }
}
