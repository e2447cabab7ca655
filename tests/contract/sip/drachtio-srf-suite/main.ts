// npm run drachtio-srf-suite [-- b2b uac …]: the tests that come with drachtio-srf, against this server.
import { canRunSuite, runSuites } from './suite.ts';
import { SUITES } from './testbed.ts';

const named = process.argv.slice(2);
const unknown = named.filter((name) => !SUITES.some((suite) => suite === name));
if (unknown.length > 0) throw new Error(`no suite ${unknown}; there are ${SUITES.join(', ')}`);
if (!canRunSuite) throw new Error('needs root (for a network namespace), iproute2 and sip-tester');

const suites = SUITES.filter((suite) => named.length === 0 || named.includes(suite));
const { passed } = await runSuites(suites, (text) => process.stdout.write(text));
process.exitCode = passed ? 0 : 1;
