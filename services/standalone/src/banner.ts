import type { Config } from '@ringback/runtime';
import type { Standalone } from './standalone.ts';

/** What `npm start` prints: a line per part, then `ready` with all that a person needs to make the first call. */
export function banner(config: Config, network: Standalone, seconds: number): string[] {
  const { modes } = network;
  const sipAddress = `${config.publicHost}:${config.sipPort}`;
  const tls = modes.sip === 'embedded' ? `, ${config.publicHost}:${config.sipTlsPort} (tls)` : '';
  const row = (label: string, text: string) => `  ${label.padEnd(9)} ${text}`;
  return [
    row('database', modes.database === 'embedded' ? `embedded, in ${config.dataDir}` : 'external PostgreSQL'),
    row('sip', modes.sip === 'embedded' ? `embedded, ${sipAddress}` : 'external drachtio-server'),
    row(
      'media',
      modes.media === 'embedded'
        ? `embedded, RTP ports ${config.rtpPorts.min}-${config.rtpPorts.max}`
        : 'external rtpengine',
    ),
    row(
      'speech',
      config.elevenLabs ? 'ElevenLabs' : 'built-in voice (set ELEVENLABS_API_KEY for ElevenLabs)',
    ),
    row('bus', config.natsUrl ? 'external NATS' : 'embedded'),
    `ready in ${seconds.toFixed(1)} s`,
    row('page', network.pageUrl),
    row('SIP', `${sipAddress} (udp, tcp)${tls}, domain ${config.domain}`),
    ...phones(network, row),
    row('dial', '9196 echo, 9197 tone, 5000 welcome, 486 busy'),
  ];
}

function phones({ newSubscribers }: Standalone, row: (label: string, text: string) => string): string[] {
  if (newSubscribers.length === 0) return [];
  return [
    row('phones', 'new subscribers; the passwords are shown this once:'),
    ...newSubscribers.map(({ number, password, displayName }) =>
      row('', `${number}  ${password}  ${displayName ?? ''}`.trimEnd()),
    ),
  ];
}
