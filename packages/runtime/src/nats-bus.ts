import { connect, type Msg, type NatsConnection, RequestError, TimeoutError } from '@nats-io/transport-node';
import { type Answer, answerOf, type Bus, BusError, REQUEST_TIMEOUT_MS, replyOf } from './bus.ts';
import type { Logger } from './logger.ts';

const PREFIX = 'ringback';

/** A bus over NATS: events are plain subjects, commands are queue groups. Reconnects for ever by itself. */
export async function createNatsBus(url: string, name: string, logger: Logger): Promise<Bus> {
  const { hostname, port, username, password } = new URL(url);
  const connection = await connect({
    servers: `${hostname}:${port || 4222}`,
    name: `ringback ${name}`,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 500,
    ...(username ? { user: decodeURIComponent(username), pass: decodeURIComponent(password) } : {}),
  }).catch((error: Error) => {
    throw new BusError('unavailable', `no NATS server at ${hostname}:${port || 4222}: ${error.message}`);
  });
  let connected = true;
  void watch(connection, logger, (state) => {
    connected = state;
  });

  return {
    publish: (subject, payload) => connection.publish(`${PREFIX}.${subject}`, JSON.stringify(payload)),
    subscribe(subject, listener) {
      const subscription = connection.subscribe(`${PREFIX}.${subject}`, {
        callback: (error, message) => {
          if (error) logger.error({ err: error, subject }, 'bus subscription failed');
          else listener(message.json());
        },
      });
      return () => subscription.unsubscribe();
    },
    async request(command, payload, timeoutMs = REQUEST_TIMEOUT_MS) {
      const message = await connection
        .request(`${PREFIX}.${command}`, JSON.stringify(payload), { timeout: timeoutMs })
        .catch((error: Error) => {
          throw requestError(error, command, timeoutMs);
        });
      return replyOf(message.json<Answer>()) as never;
    },
    serve(command, server) {
      const answer = async (message: Msg) =>
        message.respond(JSON.stringify(await answerOf(server(message.json()))));
      const subscription = connection.subscribe(`${PREFIX}.${command}`, {
        queue: PREFIX,
        callback: (error, message) => {
          if (error) logger.error({ err: error, command }, 'bus subscription failed');
          else void answer(message);
        },
      });
      // Requests that the server gave us before it heard of the end are still answered.
      return () => {
        subscription.drain().catch((error: Error) => logger.debug({ err: error, command }, 'bus drain'));
      };
    },
    get connected() {
      return connected;
    },
    // Without a server there is nobody to drain to, and trying would fail.
    close: () => (connected ? connection.drain() : connection.close()),
  };
}

function requestError(error: Error, command: string, timeoutMs: number): BusError {
  if (error instanceof RequestError && error.isNoResponders())
    return new BusError('no-server', `nobody serves ${command}`);
  if (error instanceof TimeoutError)
    return new BusError('timeout', `${command} gave no answer in ${timeoutMs} ms`);
  return new BusError('unavailable', `${command} was not sent: ${error.message}`);
}

async function watch(connection: NatsConnection, logger: Logger, tell: (connected: boolean) => void) {
  for await (const status of connection.status()) {
    if (status.type === 'disconnect') {
      tell(false);
      logger.warn('bus: NATS server lost');
    } else if (status.type === 'reconnect') {
      tell(true);
      logger.info('bus: NATS server is back');
    }
  }
}
