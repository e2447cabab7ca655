import { Button, Code, Group, SegmentedControl, Skeleton, Stack, Tabs, Text } from '@mantine/core';
import type { NetworkSettings, PhoneTransport, SubscriberSecret } from '@ringback/contracts';
import { IconDownload } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { useHealth, useSettings } from '../api/queries.ts';
import { saveText } from '../calls/save-text.ts';
import { Moment } from '../ui/moment.tsx';
import { CopyIcon } from './copy-icon.tsx';
import { LoopbackNote } from './loopback-note.tsx';
import { baresipAccount, provisioningUrl, settingsOf } from './phone-settings.ts';
import classes from './phones.module.css';

const QrCode = lazy(() => import('./qr-code.tsx'));

/** Everything a phone has to know, the password among it: it is nowhere else, and not here for long. */
export function SetUpPhone({ secret }: { secret: SubscriberSecret }) {
  const settings = useSettings().data;
  const [transport, setTransport] = useState<PhoneTransport>('tcp');
  const sip = useHealth().data?.parts.find(({ part }) => part === 'sip');
  if (!settings) return <Skeleton h={220} aria-label="The settings are loading" />;
  // The servers of the containers speak UDP and TCP alone.
  const transports: PhoneTransport[] = sip?.mode === 'embedded' ? ['tcp', 'udp', 'tls'] : ['tcp', 'udp'];
  return (
    <Stack gap="md">
      <Text size="sm">
        This password is shown now and never again: Ringback keeps only a digest of it. Lost, it is replaced
        by a new one.
      </Text>
      <LoopbackNote settings={settings} />
      <Group gap="sm">
        <Text size="sm" id="transport-of-phone">
          Transport
        </Text>
        <SegmentedControl
          size="xs"
          aria-labelledby="transport-of-phone"
          value={transport}
          onChange={(value) => setTransport(value as PhoneTransport)}
          data={transports.map((value) => ({ value, label: value.toUpperCase() }))}
        />
      </Group>
      {transport === 'tls' && (
        <Text size="sm" c="dimmed">
          Without a certificate of your own (<Code>RINGBACK_TLS_CERT</Code>) the phone has to be told not to
          check it.
        </Text>
      )}
      <SettingsTable secret={secret} settings={settings} transport={transport} />
      <Tabs defaultValue="linphone" keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="linphone">Linphone</Tabs.Tab>
          <Tabs.Tab value="other">Other phones</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="linphone" pt="sm">
          <Linphone secret={secret} transport={transport} />
        </Tabs.Panel>
        <Tabs.Panel value="other" pt="sm">
          <OtherPhones account={baresipAccount(secret, settings, transport)} />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}

interface SettingsTableProps {
  secret: SubscriberSecret;
  settings: NetworkSettings;
  transport: PhoneTransport;
}

function SettingsTable({ secret, settings, transport }: SettingsTableProps) {
  return (
    <dl className={classes.settings} aria-label="Settings of the phone">
      {settingsOf(secret, settings, transport).map(({ name, value }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <Code>{value}</Code>
            <CopyIcon text={value} what={name} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Linphone({ secret, transport }: { secret: SubscriberSecret; transport: PhoneTransport }) {
  const { number, provisioning } = secret;
  const url = provisioningUrl(secret, transport);
  return (
    <div className={classes.linphone}>
      <Suspense fallback={<Skeleton h={168} w={168} />}>
        <QrCode text={url} title={`Set-up of ${number} for Linphone`} />
      </Suspense>
      <Stack gap="xs">
        <Text size="sm">
          On the phone: in Linphone's assistant choose to scan a QR code. On a computer: give this address as
          the remote provisioning URL.
        </Text>
        <Group gap={4} wrap="nowrap" align="start">
          <Code className={classes.url} id="provisioning-url">
            {url}
          </Code>
          <CopyIcon text={url} what="Address" />
        </Group>
        <Text size="sm" c="dimmed">
          It answers once; it <Moment iso={provisioning.expiresAt} as="expiry" />.
        </Text>
        <Button
          variant="default"
          size="xs"
          w="fit-content"
          leftSection={<IconDownload size={15} aria-hidden />}
          onClick={() => saveText(`linphone-${number}.xml`, 'application/xml', provisioning.files[transport])}
        >
          Provisioning file
        </Button>
      </Stack>
    </div>
  );
}

function OtherPhones({ account }: { account: string }) {
  return (
    <Stack gap="xs">
      <Text size="sm">
        Zoiper, MicroSIP, Groundwire, a desk phone: add a SIP account by hand and enter what stands above.
        Leave outbound proxy and STUN empty, codec PCMU or PCMA.
      </Text>
      <Text size="sm">baresip, in its file accounts:</Text>
      <Group gap={4} wrap="nowrap" align="start">
        <Code className={classes.url}>{account}</Code>
        <CopyIcon text={account} what="Account line" />
      </Group>
    </Stack>
  );
}
