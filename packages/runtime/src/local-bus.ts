import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { BroadcastChannel } from 'node:worker_threads';
import { type Answer, answerOf, type Bus, BusError, REQUEST_TIMEOUT_MS, replyOf } from './bus.ts';

/**
 * What the threads of one process say on the channel. A request is offered to all, the first server that
 * bids gets it, and it alone answers: so a command has one server at work, whatever thread it lives in.
 */
type Message =
  | { kind: 'event'; subject: string; payload: unknown }
  | { kind: 'offer'; id: string; subject: string }
  | { kind: 'bid'; id: string; bidder: string }
  | { kind: 'award'; id: string; bidder: string; subject: string; payload: unknown }
  | { kind: 'answer'; id: string; answer: Answer };

/** How long an offer waits for a first bid: threads answer within a few ms unless they are starting. */
const BID_TIMEOUT_MS = 1000;

type Server = (payload: never) => Promise<unknown>;

/** A bus between the threads of this process. Buses of the same `name` hear each other. */
export function createLocalBus(name: string): Bus {
  const self = randomUUID();
  const channel = new BroadcastChannel(`ringback:${name}`);
  const heard = new EventEmitter().setMaxListeners(0);
  const replies = new EventEmitter().setMaxListeners(0);
  const servers = new Map<string, Server[]>();
  let open = true;

  const dispatch = (message: Message): void => {
    switch (message.kind) {
      case 'event':
        heard.emit(message.subject, message.payload);
        return;
      case 'offer':
        if (servers.has(message.subject)) say({ kind: 'bid', id: message.id, bidder: self });
        return;
      case 'bid':
        replies.emit(`bid:${message.id}`, message.bidder);
        return;
      case 'award':
        if (message.bidder === self) void serveAward(message);
        return;
      case 'answer':
        replies.emit(`answer:${message.id}`, message.answer);
        return;
      default:
        message satisfies never;
    }
  };

  // A BroadcastChannel does not hear itself, and this thread may hold both sides: so it is told as well.
  const say = (message: Message): void => {
    if (!open) return;
    channel.postMessage(message);
    queueMicrotask(() => open && dispatch(message));
  };

  const serveAward = async ({ id, subject, payload }: Message & { kind: 'award' }): Promise<void> => {
    const candidates = servers.get(subject) ?? [];
    const server = candidates.shift();
    if (server) candidates.push(server);
    const work = server
      ? server(payload as never)
      : Promise.reject(new BusError('no-server', `nobody serves ${subject} any more`));
    say({ kind: 'answer', id, answer: await answerOf(work) });
  };

  channel.onmessage = (event) => dispatch((event as { data: Message }).data);
  channel.unref();

  return {
    publish: (subject, payload) => say({ kind: 'event', subject, payload }),
    subscribe(subject, listener) {
      heard.on(subject, listener);
      return () => heard.off(subject, listener);
    },
    request(subject, payload, timeoutMs = REQUEST_TIMEOUT_MS) {
      const id = randomUUID();
      return new Promise<Answer>((resolve, reject) => {
        let timer = setTimeout(() => fail('no-server', `nobody serves ${subject}`), BID_TIMEOUT_MS);
        const fail = (code: 'no-server' | 'timeout', message: string) => {
          forget();
          reject(new BusError(code, message));
        };
        const forget = () => {
          clearTimeout(timer);
          replies.removeAllListeners(`bid:${id}`);
          replies.removeAllListeners(`answer:${id}`);
        };
        replies.once(`bid:${id}`, (bidder: string) => {
          clearTimeout(timer);
          timer = setTimeout(
            () => fail('timeout', `${subject} gave no answer in ${timeoutMs} ms`),
            timeoutMs,
          );
          say({ kind: 'award', id, bidder, subject, payload });
        });
        replies.once(`answer:${id}`, (answer: Answer) => {
          forget();
          resolve(answer);
        });
        say({ kind: 'offer', id, subject });
      }).then((answer) => replyOf(answer) as never);
    },
    serve(subject, server) {
      const list = servers.get(subject) ?? [];
      servers.set(subject, list);
      list.push(server as Server);
      return () => {
        list.splice(list.indexOf(server as Server), 1);
        if (list.length === 0) servers.delete(subject);
      };
    },
    get connected() {
      return open;
    },
    async close() {
      open = false;
      channel.close();
    },
  };
}
