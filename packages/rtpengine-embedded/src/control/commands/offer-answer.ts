import type { AnswerCommand, OfferCommand, SdpReply } from '@ringback/rtpengine-ng';
import type { Call } from '../../call/call.ts';
import * as negotiation from '../../negotiation/negotiation.ts';
import type { Calls } from '../calls.ts';
import { Refusal } from '../refusal.ts';
import type { CommandContext } from './command-context.ts';

export async function offer(command: OfferCommand, { calls, media }: CommandContext): Promise<SdpReply> {
  const call = calls.get(command.callId) ?? calls.add(command.callId);
  call.signalled();
  return { result: 'ok', sdp: await orForget(calls, call, negotiation.offer(call, command, media)) };
}

export async function answer(command: AnswerCommand, { calls, media }: CommandContext): Promise<SdpReply> {
  const call = calls.get(command.callId);
  if (!call) throw new Refusal('Unknown call-id');
  call.signalled();
  return { result: 'ok', sdp: await negotiation.answer(call, command, media) };
}

/** A first offer that is refused leaves no call behind. */
async function orForget(calls: Calls, call: Call, offered: Promise<string>): Promise<string> {
  try {
    return await offered;
  } catch (error) {
    if (!call.parties.some((party) => party.transport)) calls.remove(call);
    throw error;
  }
}
