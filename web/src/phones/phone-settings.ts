import type { NetworkSettings, PhoneTransport, SubscriberSecret } from '@ringback/contracts';

export interface PhoneSetting {
  name: string;
  value: string;
}

export function portOf({ sip }: NetworkSettings, transport: PhoneTransport): number {
  return transport === 'tls' ? sip.tlsPort : sip.port;
}

/** Host and port as they stand in a URI (RFC 3261 25.1). */
export function addressOf(settings: NetworkSettings, transport: PhoneTransport): string {
  const { host } = settings.sip;
  return `${host.includes(':') ? `[${host}]` : host}:${portOf(settings, transport)}`;
}

/** What any softphone asks for, in the words that most of them use. */
export function settingsOf(
  { number, password }: Pick<SubscriberSecret, 'number' | 'password'>,
  settings: NetworkSettings,
  transport: PhoneTransport,
): PhoneSetting[] {
  return [
    { name: 'Username', value: number },
    { name: 'Password', value: password },
    { name: 'Server', value: addressOf(settings, transport) },
    { name: 'Transport', value: transport.toUpperCase() },
    { name: 'Domain', value: settings.sip.host },
    { name: 'Realm', value: settings.domain },
  ];
}

/** A line of baresip's file `accounts`. */
export function baresipAccount(
  { number, password }: Pick<SubscriberSecret, 'number' | 'password'>,
  settings: NetworkSettings,
  transport: PhoneTransport,
): string {
  const address = addressOf(settings, transport);
  return `<sip:${number}@${address};transport=${transport}>;auth_user=${number};auth_pass=${password}`;
}

/** What the QR code holds: where Linphone fetches its settings for that transport. */
export function provisioningUrl({ provisioning }: SubscriberSecret, transport: PhoneTransport): string {
  return `${provisioning.url}?transport=${transport}`;
}
