import type { ListenAddress } from '../control/transport/listening.ts';
import type { Given } from './given-options.ts';

/** Reads the value of an option; each method throws an Error with a sentence for the user. */
export class Reader {
  readonly #given: readonly Given[];

  constructor(given: readonly Given[]) {
    this.#given = given;
  }

  all(name: string): string[] {
    return this.#given.filter((one) => one.name === name).map(({ value }) => value);
  }

  text(name: string): string | undefined {
    const values = this.all(name);
    if (values.length > 1) throw new Error(`--${name} was given twice`);
    return values[0];
  }

  number(name: string, min: number, max: number): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= min && value <= max)) throw this.refuse(name, `a number from ${min} to ${max}`);
    return value;
  }

  /** `PORT`, `ADDRESS:PORT` or `[IPv6]:PORT`; the port alone is one of this machine. */
  address(name: string): ListenAddress | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const match = /^(?:(?:\[([0-9a-fA-F:.]+)\]|([^\s:[\]]+)):)?(\d{1,5})$/.exec(text);
    const port = Number(match?.[3]);
    if (!match || port > 65_535) throw this.refuse(name, 'ADDRESS:PORT, like 127.0.0.1:22222 or [::1]:22222');
    return { host: match[1] ?? match[2] ?? '127.0.0.1', port };
  }

  refuse(name: string, must: string): Error {
    return new Error(`--${name} must be ${must}, and not "${this.all(name).join(' ')}"`);
  }
}
