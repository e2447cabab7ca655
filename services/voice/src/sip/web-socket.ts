import { WebSocket } from 'ws';

/** SIP.js takes its WebSocket from the global scope, as in a browser. Node before 22 has none; this is `ws`. */
export function provideWebSocket(): void {
  Object.assign(globalThis, { WebSocket });
}
