/** A setting that cannot be used: one line that names it and the remedy. */
export class ConfigError extends Error {
  readonly code = 'CONFIG';
  readonly setting: string;

  constructor(setting: string, problem: string) {
    super(`${setting}: ${problem}`);
    this.name = 'ConfigError';
    this.setting = setting;
  }
}
