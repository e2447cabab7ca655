import { isIP } from 'node:net';
import type { PhoneTransport } from '@ringback/contracts';

export interface PhoneAccount {
  readonly number: string;
  readonly displayName: string | null;
  readonly password: string;
  /** Digest realm. */
  readonly realm: string;
  readonly host: string;
  readonly port: number;
  readonly transport: PhoneTransport;
}

type Section = readonly [name: string, entries: Readonly<Record<string, string | number>>];

/** Renewed often, so that a phone whose address has changed is found again soon. */
const EXPIRES_SEC = 600;

/**
 * What Linphone reads when it scans a QR code or is given an address to be set up from (its "remote provisioning"): its own
 * settings file, written as XML.
 */
export function linphoneFile(account: PhoneAccount): string {
  const sections = sectionsOf(account).map(
    ([name, entries]) =>
      `  <section name="${name}">\n${Object.entries(entries)
        .map(
          ([key, value]) => `    <entry name="${key}" overwrite="true">${escaped(String(value))}</entry>\n`,
        )
        .join('')}  </section>\n`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<config xmlns="http://www.linphone.org/xsds/lpconfig.xsd">
${sections.join('')}</config>
`;
}

function sectionsOf(account: PhoneAccount): Section[] {
  const { number, displayName, password, realm, host, port, transport } = account;
  const address = `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
  const user = encodeURIComponent(number);
  const name = displayName === null ? '' : `"${displayName.replace(/["\\]/g, '\\$&')}" `;
  return [
    // Otherwise it is asked for at every start of Linphone, and the address of this file is good once.
    ['misc', { transient_provisioning: 1 }],
    ['sip', { default_proxy: 0, media_encryption: 'none' }],
    ['auth_info_0', { username: number, passwd: password, realm }],
    [
      'proxy_0',
      {
        reg_proxy: `<sip:${address};transport=${transport}>`,
        // Every request goes to this server, also one for a domain that no DNS knows.
        reg_route: `<sip:${address};transport=${transport};lr>`,
        reg_identity: `${name}<sip:${user}@${address}>`,
        reg_expires: EXPIRES_SEC,
        reg_sendregister: 1,
        realm,
      },
    ],
  ];
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
