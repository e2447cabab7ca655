import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram, type RunningProcess, run } from '@ringback/testing';
import { HERE, PACKAGE, ROOT, type Suite } from './testbed.ts';

/** A machine within the machine: own network, own hosts file, own processes, all gone with the first of them. */
const ISOLATED = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];

/** Whether a network of its own can be had: needs root, iproute2 and SIPp. */
export const canRunSuite =
  findProgram('sipp') !== undefined &&
  findProgram('ip') !== undefined &&
  spawnSync('unshare', [...ISOLATED, 'true']).status === 0;

/** What its tests load besides it. */
const TEST_MODULES = ['tape', 'config'];

/** Where those are: in this repository, else in `directory`, fetched by npm as the package's own manifest names them. */
async function testModules(directory: string): Promise<string> {
  const { resolve } = createRequire(import.meta.url);
  try {
    for (const name of TEST_MODULES) resolve(name);
    return join(ROOT, 'node_modules');
  } catch {
    const { devDependencies } = JSON.parse(await readFile(join(PACKAGE, 'package.json'), 'utf8'));
    const wanted = TEST_MODULES.map((name) => `${name}@${devDependencies[name]}`);
    const npm = run('npm', ['install', '--no-audit', '--no-fund', '--prefix', directory, ...wanted]);
    if ((await npm.ended()) !== 0) throw new Error(`npm could not fetch ${wanted}:\n${npm.output()}`);
    return join(directory, 'node_modules');
  }
}

/**
 * Runs files of drachtio-srf's own integration tests against this server.
 * @param show gets what they print, TAP and SIPp's screens.
 * @returns true when every one passed.
 */
export async function runSuites(
  suites: readonly Suite[],
  show: (text: string) => void = () => undefined,
): Promise<{ passed: boolean; output: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'drachtio-srf-suite-'));
  let machine: RunningProcess | undefined;
  try {
    const modules = await testModules(directory);
    const inside = ['--import', 'tsx', join(HERE, 'inside.ts'), directory, modules, ...suites];
    machine = run('unshare', [...ISOLATED, process.execPath, ...inside], { cwd: ROOT });
    for (const stream of [machine.child.stdout, machine.child.stderr])
      stream?.on('data', (chunk) => show(String(chunk)));
    const code = await machine.ended();
    return { passed: code === 0, output: machine.output() };
  } finally {
    await machine?.stop();
    await rm(directory, { recursive: true });
  }
}
