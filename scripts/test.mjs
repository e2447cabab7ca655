// npm test: brings in what the tests need, names what cannot be had, and runs them all.
// Arguments are passed on to Vitest: npm test -- packages/sip
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ensureDependencies, ensurePage, ROOT, requireNode, say } from './preparation.mjs';

/** Programs that tests run, the Debian package each comes from, and what is skipped without it. */
const PROGRAMS = [
  { program: 'chromium', package: 'chromium', skips: 'the page and every browser call' },
  { program: 'sipp', package: 'sip-tester', skips: 'calls with SIPp' },
  { program: 'dnsmasq', package: 'dnsmasq-base', skips: 'SIP servers found by NAPTR and SRV records' },
  { program: 'baresip', package: 'baresip-core', skips: 'calls with baresip' },
  { program: 'rtpengine', package: 'rtpengine-daemon', skips: "the media suite on Debian's rtpengine" },
  { program: 'nats-server', package: 'nats-server', skips: 'services as processes of their own, on NATS' },
  { program: 'postgres', package: 'postgresql', skips: 'the records on a real PostgreSQL' },
  { program: 'tshark', package: 'tshark', skips: 'captures as Wireshark reads them' },
  { program: 'ffmpeg', package: 'ffmpeg', skips: 'the recipes of the golden audio files' },
];

// Where Debian puts the server programs that are not on every user's PATH.
const SEARCHED = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/lib/postgresql/15/bin'];

function missing() {
  return PROGRAMS.filter(({ program }) => !SEARCHED.some((folder) => existsSync(join(folder, program))));
}

function installFromDebian(packages) {
  const apt = (...args) =>
    spawnSync('apt-get', args, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
  say(`installing ${packages.join(' ')} from Debian`);
  apt('update', '-qq');
  apt('install', '-y', '-qq', '--no-install-recommends', ...packages);
}

requireNode();
ensureDependencies();
ensurePage();

const onDebianAsRoot = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
if (missing().length > 0 && onDebianAsRoot) installFromDebian(missing().map((entry) => entry.package));
for (const { program, package: name, skips } of missing())
  say(`${program} is not installed (Debian: ${name}); skipped: ${skips}`);

const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
const { status } = spawnSync(process.execPath, [vitest, 'run', ...process.argv.slice(2)], {
  cwd: ROOT,
  stdio: 'inherit',
});
process.exit(status ?? 1);
