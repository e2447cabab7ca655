import { decodeApplicationMessage, FrameReader } from '@ringback/drachtio-wire';
import {
  ackForFailure,
  cancelOf,
  dialogKeyOf,
  digestCredentials,
  type FramerEvent,
  isListHeader,
  isStun,
  isUsableResponse,
  type ParseResult,
  parseAuth,
  parseContentLength,
  parseCSeq,
  parseEvent,
  parseMaxForwards,
  parseMessage,
  parseNameAddr,
  parseParams,
  parseRAck,
  parseRSeq,
  parseSeconds,
  parseSessionExpires,
  parseSubscriptionState,
  parseUri,
  parseVia,
  responseTo,
  type SipMessage,
  StreamFramer,
  sameUri,
  serializeMessage,
  splitList,
  stampVia,
  stunBindingResponse,
  transactionKey,
  uacDialog,
  uasDialog,
  unescapeUri,
  validateRequest,
} from '@ringback/sip';

type Reader = (bytes: Uint8Array) => unknown;

const messageOf = (result: ParseResult) => (result.ok ? result.message : result.request);

/** What a server does with a message before any application sees it, and with the answer. */
function receive(bytes: Uint8Array): void {
  const message = messageOf(parseMessage(bytes));
  if (message === undefined) return;
  transactionKey(message);
  dialogKeyOf(message);
  if (message.kind === 'response') {
    isUsableResponse(message);
    return;
  }
  validateRequest(message, { supported: ['timer'] });
  const stamped = stampVia(message, '192.0.2.99', 40_000);
  serializeMessage(stamped);
  serializeMessage(responseTo(stamped, 486, '', { toTag: 'x' }));
}

/** What is made of a message later, when it is answered, acknowledged or called off. */
function derive(bytes: Uint8Array): void {
  const message = messageOf(parseMessage(bytes));
  if (message?.kind !== 'request') return;
  const answer = responseTo(message, 200, '', {
    toTag: 'x',
    headers: [{ name: 'Contact', value: '<sip:b@c>' }],
  });
  uasDialog(message, answer);
  uacDialog(message, answer);
  serializeMessage(ackForFailure(message, answer));
  serializeMessage(cancelOf(message));
}

/** More values of one header than this are refused before anybody reads them. */
const MAX_VALUES = 200;

/** Reads the values of every header, whatever the header is. */
function values(read: (value: string) => unknown): Reader {
  return (bytes) => {
    for (const { name, value } of messageOf(parseMessage(bytes))?.headers ?? [])
      for (const item of isListHeader(name) ? splitList(value).slice(0, MAX_VALUES) : [value]) read(item);
  };
}

function readAddress(value: string): void {
  const address = parseNameAddr(value);
  const uri = parseUri(address?.uri ?? value);
  if (uri?.user !== undefined) unescapeUri(uri.user);
}

/** Values with parameters of their own meaning. */
function readTerms(value: string): void {
  parseEvent(value);
  parseSubscriptionState(value);
  parseSessionExpires(value);
}

/** The same bytes as STUN, which shares the datagram socket. */
function readStun(bytes: Uint8Array): void {
  const packet = Uint8Array.from(bytes.subarray(0, bytes.length & ~3));
  stunBindingResponse(packet, '192.0.2.1', 5060);
  if (packet.length < 20) return;
  // With a head that fits, so that the attributes are read too.
  const length = packet.length - 20;
  packet.set([0, 1, (length >> 8) & 255, length & 255, 0x21, 0x12, 0xa4, 0x42]);
  if (isStun(packet)) stunBindingResponse(packet, '192.0.2.1', 5060);
}

function compareUris(bytes: Uint8Array): void {
  for (const { value } of messageOf(parseMessage(bytes))?.headers ?? [])
    sameUri(value, parseNameAddr(value)?.uri ?? 'sip:user@example.com;transport=tcp');
}

function readCredentials(value: string): void {
  const auth = parseAuth(value);
  if (auth) digestCredentials(auth);
}

function readNumbers(value: string): void {
  for (const read of [parseCSeq, parseRAck, parseRSeq, parseSeconds, parseMaxForwards, parseContentLength])
    read(value);
}

/** What was read is the same when it is written and read again: no header more, none less. */
function readAgain(bytes: Uint8Array): void {
  const first = parseMessage(bytes);
  const second = first.ok ? parseMessage(serializeMessage(first.message)) : first;
  if (!first.ok || !second.ok) return;
  const names = ({ headers }: SipMessage) =>
    headers.map(({ name }) => name).filter((name) => name !== 'Content-Length');
  if (names(first.message).join() !== names(second.message).join())
    throw new Error('headers were made or lost');
}

function frameStream(bytes: Uint8Array): FramerEvent[] {
  const framer = new StreamFramer();
  const middle = bytes.length >> 1;
  return [...framer.push(bytes.subarray(0, middle)), ...framer.push(bytes.subarray(middle))];
}

/** A framer that takes more or fewer bytes for one message than the parser opens the door to request smuggling. */
function agreeOnEnds(bytes: Uint8Array): void {
  for (const event of frameStream(bytes).slice(0, 50)) {
    const result = event.kind === 'message' ? parseMessage(event.bytes) : undefined;
    if (event.kind !== 'message' || !result?.ok) continue;
    const bodyAt = Buffer.from(event.bytes).indexOf('\r\n\r\n', 0, 'latin1') + 4;
    if (bodyAt + result.message.body.length !== event.bytes.length)
      throw new Error('framer and parser disagree on where a message ends');
  }
}

/** The bytes as frames, and as the SIP text of an application's frame. */
function frameApplication(bytes: Uint8Array): void {
  const reader = new FrameReader();
  reader.push(bytes.subarray(0, bytes.length >> 1));
  reader.push(bytes.subarray(bytes.length >> 1));
  const leader = '1|sip|2|3|sip:a@b\r\n';
  const framed = Buffer.concat([Buffer.from(`${bytes.length + leader.length}#${leader}`), bytes]);
  for (const frame of [...new FrameReader().push(framed).frames, bytes]) decodeApplicationMessage(frame);
}

/** All that reads what strangers send, by name. Each throws when a reader does or when two disagree. */
export const readers: Readonly<Record<string, Reader>> = {
  receive,
  derive,
  addresses: values(readAddress),
  'same URI': compareUris,
  Via: values(parseVia),
  parameters: values((value) => parseParams(value, Math.max(0, value.indexOf(';')))),
  credentials: values(readCredentials),
  numbers: values(readNumbers),
  terms: values(readTerms),
  STUN: readStun,
  'read again': readAgain,
  'stream framer': frameStream,
  'framer and parser': agreeOnEnds,
  'application frames': frameApplication,
};
