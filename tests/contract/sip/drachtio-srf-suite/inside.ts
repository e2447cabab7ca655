// The first process of an isolated machine (see suite.ts): brings its network up, starts what the test bed consists of,
// runs the suites named, and takes everything along when it ends.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type RunningProcess, run } from '@ringback/testing';
import { HERE, PACKAGE, ROOT, readableScenario, SCENARIOS, type Service, services } from './testbed.ts';

const [directory = '', modules = '', ...suites] = process.argv.slice(2);
const scenarios = join(directory, 'scenarios');
const bin = join(directory, 'bin');
const SYSTEM_PATH = `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`;

function bringUpNetwork(all: Service[]): void {
  execFileSync('ip', ['link', 'set', 'lo', 'up']);
  // On the loopback interface every address of the subnet is ours.
  execFileSync('ip', ['address', 'add', '172.29.0.1/16', 'dev', 'lo']);
  const hosts = join(directory, 'hosts');
  const lines = all.map(({ address, name }) => `${address} ${name}\n`);
  writeFileSync(hosts, `127.0.0.1 localhost\n${lines.join('')}`);
  execFileSync('mount', ['--bind', hosts, '/etc/hosts']);
}

function prepareFiles(): void {
  mkdirSync(scenarios);
  for (const file of readdirSync(SCENARIOS).filter((name) => name.endsWith('.xml')))
    writeFileSync(join(scenarios, file), readableScenario(readFileSync(join(SCENARIOS, file), 'utf8')));
  mkdirSync(bin);
  symlinkSync(join(HERE, 'docker.mjs'), join(bin, 'docker'));
}

function startPeer({ address, command }: Service): RunningProcess {
  const args = command.slice(1).map((word) => word.replace(/^\/tmp\//, `${scenarios}/`));
  return run('sipp', [...args, '-i', address, '-p', '5060', '-nostdin'], { cwd: directory });
}

async function startServer({ address, adminPort }: Service): Promise<RunningProcess> {
  const contact = `sip:${address};transport=udp`;
  const args = ['--contact', contact, '--address', '127.0.0.1', '--port', String(adminPort)];
  const cli = join(ROOT, 'packages/drachtio-embedded/src/cli.ts');
  const server = run(process.execPath, ['--import', 'tsx', cli, ...args], { cwd: ROOT });
  await server.printed(/ready/, 30_000);
  return server;
}

async function runSuite(suite: string): Promise<number> {
  process.stdout.write(`# suite ${suite}\n`);
  const child = spawn(process.execPath, [join('test', `${suite}.js`)], {
    cwd: PACKAGE,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { NODE_ENV: 'test', NODE_PATH: modules, PATH: `${bin}:${SYSTEM_PATH}` },
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), 240_000);
  const [code] = (await once(child, 'exit')) as [number | null];
  clearTimeout(timer);
  return code ?? 1;
}

const all = services();
bringUpNetwork(all);
prepareFiles();
for (const peer of all.filter(({ adminPort }) => adminPort === undefined)) startPeer(peer);
for (const server of all.filter(({ adminPort }) => adminPort !== undefined)) await startServer(server);
let worst = 0;
for (const suite of suites) worst = Math.max(worst, await runSuite(suite));
process.exit(worst);
