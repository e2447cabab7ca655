import { type ApplicationAddress, parseApplicationAddress } from './application-address.ts';

/** drachtio's `<request-handler>`: who decides about new requests of a method, instead of the applications that connect here. */
export interface RequestHandlerOptions {
  /** A SIP method, or `*` for those that have no handler of their own. */
  method: string;
  /** `http://` or `https://` is asked what to do; `tcp://host:port` or `tls://host:port` is an application that listens. */
  url: string;
  /** POST carries the SIP request as its body. The default is GET. */
  httpMethod?: 'GET' | 'POST';
  /** Whether `https` and `tls` need a certificate we trust; the default is true. */
  verifyPeer?: boolean;
}

export type RequestHandler =
  | { kind: 'http'; url: URL; httpMethod: 'GET' | 'POST'; verifyPeer: boolean }
  | { kind: 'application'; address: ApplicationAddress; verifyPeer: boolean };

/** Handlers by method. */
export class HandlerTable {
  readonly #handlers: ReadonlyMap<string, RequestHandler>;

  /** @throws Error with a sentence for the user when a handler cannot be read. */
  constructor(options: readonly RequestHandlerOptions[]) {
    this.#handlers = new Map(options.map((one) => [one.method.toUpperCase(), parseHandler(one)]));
  }

  find(method: string): RequestHandler | undefined {
    return this.#handlers.get(method) ?? this.#handlers.get('*');
  }
}

function parseHandler({
  url: text,
  httpMethod = 'GET',
  verifyPeer = true,
}: RequestHandlerOptions): RequestHandler {
  const direct = /^(tcp|tls):(?:\/\/)?(.*?)\/?$/i.exec(text);
  if (direct) {
    const address = parseApplicationAddress(`${direct[2]};transport=${direct[1]}`);
    if (!address) throw new Error(`request handler "${text}": expected ${direct[1]}://host:port`);
    return { kind: 'application', address, verifyPeer };
  }
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new Error(
      `request handler "${text}": expected http://, https://, tcp://host:port or tls://host:port`,
    );
  return { kind: 'http', url, httpMethod, verifyPeer };
}
