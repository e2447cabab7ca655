import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Holdings } from './server.ts';

/** A server that speaks the drachtio protocol, with processes whose figures are taken. */
export interface Subject {
  readonly name: string;
  /** Where SIP is spoken, by UDP. */
  readonly sip: { host: string; port: number };
  readonly serverPid: number;
  readonly applicationPid: number;
  /** What our server holds just now; undefined for another's. */
  holdings?: () => Promise<Holdings>;
  stop(): Promise<void>;
}

/** A server that runs already: its port for applications, its SIP address, its process. */
export interface RunningServer {
  admin: { host: string; port: number; secret: string };
  sip: { host: string; port: number };
  pid: number;
}

/** As `npm run drachtio` starts it. */
const SERVER_OPTIONS = ['--max-semi-space-size=64'];

/** Our own server and the B2BUA on it, each in a process of its own. */
export async function ownSubject(
  callee: string,
  args: string[] = [],
  nodeOptions: string[] = [],
): Promise<Subject> {
  const server = launch('server.ts', args, [...SERVER_OPTIONS, ...nodeOptions]);
  const [{ adminPort, sipPort }] = (await once(server, 'message')) as [
    { adminPort: number; sipPort: number },
  ];
  const admin = { host: '127.0.0.1', port: adminPort, secret: 'bench' };
  const sip = { host: '127.0.0.1', port: sipPort };
  return withApplication('ringback', { admin, sip, pid: server.pid ?? 0 }, callee, server);
}

/** The same B2BUA on a server that somebody else started. */
export function peerSubject(running: RunningServer, callee: string): Promise<Subject> {
  return withApplication('peer', running, callee, undefined);
}

async function withApplication(
  name: string,
  running: RunningServer,
  callee: string,
  server: ChildProcess | undefined,
): Promise<Subject> {
  const { host, port, secret } = running.admin;
  const application = launch('application.ts', [host, String(port), secret, callee]);
  await once(application, 'message');
  return {
    name,
    sip: running.sip,
    serverPid: running.pid,
    applicationPid: application.pid ?? 0,
    ...(server ? { holdings: () => ask(server) } : {}),
    stop: async () => {
      await end(application);
      if (server) await end(server);
    },
  };
}

async function ask(server: ChildProcess): Promise<Holdings> {
  const answer = once(server, 'message');
  server.send('holdings');
  const [holdings] = (await answer) as [Holdings];
  return holdings;
}

function launch(file: string, args: string[], nodeOptions: string[] = []): ChildProcess {
  const path = fileURLToPath(new URL(file, import.meta.url));
  return fork(path, args, { execArgv: [...nodeOptions, '--import', 'tsx'] });
}

/** Its parent's leaving is what a child ends by. */
async function end(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.disconnect();
  await ended;
}
