// What has to be there before TypeScript can run: plain JavaScript, nothing but Node itself.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

const OLDEST_NODE = [20, 19];

/** Ends the process with one line that says what is wrong and what to do. */
export function giveUp(line) {
  process.stderr.write(`ringback: ${line}\n`);
  process.exit(1);
}

export function requireNode(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  giveUp(`Node ${version} is too old; install Node ${OLDEST_NODE.join('.')} or newer (https://nodejs.org)`);
}

/** Brings in the dependencies (`npm ci`) when they are missing or not those of the lock file. */
export function ensureDependencies() {
  const wanted = digestOf(['package-lock.json']);
  if (readStamp('node_modules/.ringback-lock') === wanted) return;
  say('bringing in the dependencies (npm ci), once');
  run(
    'npm',
    ['ci', '--no-audit', '--no-fund', '--loglevel=error'],
    'npm ci failed; its message stands above',
  );
  writeStamp('node_modules/.ringback-lock', wanted);
}

const PAGE_SOURCES = ['web', 'packages/contracts', 'package-lock.json'];

/** Builds the page (Vite) when it is missing or its sources have changed. */
export function ensurePage() {
  const wanted = digestOf(PAGE_SOURCES);
  if (readStamp('web/dist/.ringback-sources') === wanted) return;
  say('building the page');
  const vite = ['run', '--silent', 'build', '-w', 'web', '--', '--logLevel', 'warn'];
  run('npm', vite, 'the page could not be built; the message stands above');
  writeStamp('web/dist/.ringback-sources', wanted);
}

export function say(line) {
  process.stdout.write(`ringback: ${line}\n`);
}

export function run(command, args, failure) {
  const { status } = spawnSync(command, args, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) giveUp(failure);
}

function readStamp(path) {
  const file = join(ROOT, path);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function writeStamp(path, digest) {
  writeFileSync(join(ROOT, path), digest);
}

function digestOf(paths) {
  const hash = createHash('sha256');
  for (const file of paths.flatMap((path) => filesOf(path))) {
    hash.update(`${file}\0`).update(readFileSync(join(ROOT, file)));
  }
  return hash.digest('hex');
}

const NOT_SOURCES = new Set(['node_modules', 'dist', 'test']);

function filesOf(path) {
  if (statSync(join(ROOT, path)).isFile()) return [path];
  return readdirSync(join(ROOT, path), { withFileTypes: true })
    .filter((entry) => !NOT_SOURCES.has(entry.name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? filesOf(`${path}/${entry.name}`) : [`${path}/${entry.name}`]));
}
