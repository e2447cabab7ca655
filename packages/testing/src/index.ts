export { CHROMIUM, CHROMIUM_FLAGS } from './chromium.ts';
export { type DnsServer, freeDnsAddress, hasDnsmasq, startDnsServer } from './dns-server.ts';
export {
  type ElevenLabsFault,
  type ElevenLabsRequest,
  type ElevenLabsServer,
  type ElevenLabsServerOptions,
  elevenLabsRefusals,
  startElevenLabsServer,
} from './elevenlabs-server.ts';
export { HepRecorder } from './hep-recorder.ts';
export { type ImpairedLink, type LinkCounters, type LinkOptions, openImpairedLink } from './impaired-link.ts';
export { Inbox } from './inbox.ts';
export { ManualClock } from './manual-clock.ts';
export type { PhoneProtocol, PhoneTransport } from './phone-transport.ts';
export { hasPostgres, type PostgresServer, startPostgres } from './postgres-server.ts';
export { findProgram, type RunningProcess, run } from './program.ts';
export { type MessageParts, SipPhone, type SipPhoneOptions } from './sip-phone.ts';
export { answerWithSipp, callWithSipp, hasSipp, type SippCallee, type SippCalls } from './sipp.ts';
export { type SippReport, sippReport } from './sipp-report.ts';
export { type TortureMessage, tortureBytes, tortureMessages } from './torture.ts';
export { type TakenCall, UserAgent, type UserAgentOptions } from './user-agent.ts';
