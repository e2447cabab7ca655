import { fileURLToPath } from 'node:url';
import { run } from '@ringback/testing';

export const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const SECRET = 'cymru';

/** A server of the drachtio protocol: how applications reach it. Where it speaks SIP it tells them itself. */
export interface ServerUnderTest {
  admin: { host: string; port: number; secret: string };
  stop(): Promise<unknown>;
}

/** `tcp://:secret@host:port` of a drachtio-server that runs already; without it ours is started. */
const given = process.env.DRACHTIO_UNDER_TEST;

/** True where the tests cannot choose how the server is started. */
export const serverIsGiven = given !== undefined;

/** Our server through its command line, with `options` added; or the one that was given. */
export async function startServer(options: readonly string[] = []): Promise<ServerUnderTest> {
  if (given !== undefined) {
    const url = new URL(given);
    const admin = { host: url.hostname, port: Number(url.port || 9022), secret: url.password || SECRET };
    return { admin, stop: () => Promise.resolve() };
  }
  const contacts = ['sip:127.0.0.1:0;transport=udp,tcp', 'sip:127.0.0.1:0;transport=ws'];
  const server = run(
    process.execPath,
    [
      ...['--import', 'tsx', 'packages/drachtio-embedded/src/cli.ts'],
      ...contacts.flatMap((contact) => ['--contact', contact]),
      ...['--address', '127.0.0.1', '--port', '0', '--secret', SECRET, ...options],
    ],
    { cwd: ROOT },
  );
  const [, port] = await server.printed(/"adminPort":(\d+).*ready/, 60_000);
  return { admin: { host: '127.0.0.1', port: Number(port), secret: SECRET }, stop: () => server.stop() };
}
