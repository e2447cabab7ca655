import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Where Debian and an administrator of it put programs. */
const FOLDERS = ['/usr/local/bin', '/usr/bin', '/usr/local/sbin', '/usr/sbin', '/usr/lib/postgresql/15/bin'];

/** Where a program is, or undefined: tests that need it say so and are skipped. `npm test` names what is missing. */
export function findProgram(name: string): string | undefined {
  return FOLDERS.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** A program under test or one that tests, with all it printed. */
export interface RunningProcess {
  readonly pid: number;
  /** Everything on stdout and stderr so far. */
  output(): string;
  /** Resolves with the match once the output has it. @throws when the process ends first, with its output. */
  printed(pattern: RegExp, timeoutMs?: number): Promise<RegExpExecArray>;
  /** Exit code, when it ends by itself. */
  ended(): Promise<number | null>;
  /** Ends it by its id: SIGTERM, and SIGKILL if that does not help in time. Gives the exit code. */
  stop(): Promise<number | null>;
  readonly child: ChildProcess;
}

const STOP_MS = 15_000;

/** Starts a program; a test that does so stops it. */
export function run(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string>; uid?: number; gid?: number } = {},
): RunningProcess {
  const child = spawn(command, args, { ...options, stdio: ['pipe', 'pipe', 'pipe'] });
  let output = '';
  const watchers = new Set<() => void>();
  const note = (chunk: Buffer) => {
    output += chunk.toString();
    for (const watcher of watchers) watcher();
  };
  child.stdout.on('data', note);
  child.stderr.on('data', note);
  const exit = once(child, 'exit').then(([code]) => code as number | null);
  child.on('error', (error) => note(Buffer.from(`${error}\n`)));

  return {
    child,
    pid: child.pid ?? 0,
    output: () => output,
    ended: () => exit,
    printed(pattern, timeoutMs = 90_000) {
      return new Promise((resolve, reject) => {
        const give = (problem: string) =>
          reject(new Error(`${command} ${problem} before it printed ${pattern}:\n${output}`));
        const timer = setTimeout(() => give(`took over ${timeoutMs} ms`), timeoutMs);
        const look = () => {
          const match = pattern.exec(output);
          if (!match) return;
          clearTimeout(timer);
          watchers.delete(look);
          resolve(match);
        };
        watchers.add(look);
        look();
        void exit.then((code) => {
          clearTimeout(timer);
          if (watchers.delete(look)) give(`ended with ${code}`);
        });
      });
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return exit;
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      const code = await exit;
      clearTimeout(timer);
      return code;
    },
  };
}
