import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { isIP, isIPv6 } from 'node:net';
import type { PortRange } from '@ringback/runtime';
import type { SupervisedOptions } from './options.ts';
import { PORTS_OF_A_CALL } from './process/port-slices.ts';

/** An option that cannot be; the message names it and says what can. */
export class InvalidOption extends Error {
  override readonly name = 'InvalidOption';
  readonly code = 'invalid-option';
}

const MOST_PROCESSES = 64;
/** What the command line takes at most: a third of a year. */
const LONGEST_SEC = 9_999_999;

const TIMEOUTS = ['mediaTimeoutSec', 'silentTimeoutSec', 'offerTimeoutSec', 'hangTimeoutSec'] as const;

/** Rejects with InvalidOption for the first option that cannot be, or that this machine cannot fulfil. */
export async function checkOptions(options: SupervisedOptions): Promise<void> {
  checkValues(options);
  const socket = createSocket(isIPv6(options.host) ? 'udp6' : 'udp4');
  const listening = once(socket, 'listening');
  socket.bind(0, options.host);
  try {
    await listening;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw wrong('host', `"${options.host}"`, `it is no address of this machine (${code})`);
  } finally {
    socket.close();
  }
}

function checkValues(options: SupervisedOptions): void {
  address('host', options.host);
  if (options.advertisedHost === '')
    throw wrong('advertisedHost', '""', 'give an address or a name, or leave it out');
  address('ngHost', options.ngHost);
  wholeNumber('ngPort', options.ngPort, 0, 65_535);
  for (const name of ['ngTcp', 'http', 'https'] as const) {
    const listen = options[name];
    if (!listen) continue;
    address(`${name}.host`, listen.host);
    wholeNumber(`${name}.port`, listen.port, 0, 65_535);
  }
  range('rtpPorts', options.rtpPorts);
  if (options.recordingDir === '') throw wrong('recordingDir', '""', 'give a directory, or leave it out');
  if (options.processes !== undefined) wholeNumber('processes', options.processes, 1, MOST_PROCESSES);
  if (options.homer) {
    if (options.homer.host === '') throw wrong('homer.host', '""', 'give an address or a name');
    wholeNumber('homer.port', options.homer.port, 1, 65_535);
  }
  for (const name of TIMEOUTS) {
    const sec = options[name];
    if (sec !== undefined && !(sec > 0 && sec <= LONGEST_SEC))
      throw wrong(name, sec, `give seconds, more than 0 and at most ${LONGEST_SEC}`);
  }
}

function address(name: string, value: string): void {
  if (isIP(value) === 0)
    throw wrong(name, `"${value}"`, 'give an IP address of this machine, such as 127.0.0.1');
}

function wholeNumber(name: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most)
    throw wrong(name, value, `give a whole number from ${least} to ${most}`);
}

function range(name: string, { min, max }: PortRange): void {
  wholeNumber(`${name}.min`, min, 1, 65_535);
  wholeNumber(`${name}.max`, max, 1, 65_535);
  if (max - min + 1 < PORTS_OF_A_CALL)
    throw wrong(
      name,
      `${min}-${max}`,
      `give at least ${PORTS_OF_A_CALL} ports: a call of two phones takes so many`,
    );
}

function wrong(name: string, value: string | number, remedy: string): InvalidOption {
  return new InvalidOption(`${name}: ${value} cannot be; ${remedy}`);
}
