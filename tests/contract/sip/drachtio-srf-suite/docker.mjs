#!/usr/bin/env node
// Stands where docker does for the suite: `docker run … drachtio/sipp sipp …` runs that SIPp here, with an address of its own.
import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const [, self, ...words] = process.argv;
const scenarios = join(dirname(self), '../scenarios');
const start = words.indexOf('sipp');
const name = words[words.indexOf('--name') + 1];
const address = `172.29.${16 + ((process.pid >> 8) & 127)}.${process.pid & 255}`;
if (words.includes('--name')) appendFileSync('/etc/hosts', `${address} ${name}\n`);

const command = words.slice(start + 1).map((word) => word.replace('/tmp/scenarios', scenarios));
const sipp = spawn('sipp', [...command, '-i', address, '-p', '5060'], { stdio: 'inherit' });
sipp.on('exit', (code) => process.exit(code ?? 1));
