import type { Logger } from '@ringback/runtime';
import type { UserAgentOptions } from 'sip.js';

/** SIP.js tells much and calls most of it an error: all of it is for debugging, and none of it has whole messages. */
export function quietLog(logger: Logger): UserAgentOptions {
  return {
    logBuiltinEnabled: false,
    logConfiguration: false,
    logLevel: logger.isLevelEnabled('debug') ? 'log' : 'error',
    logConnector: (level, category, _label, content) => logger.debug({ level, category }, content),
  };
}
