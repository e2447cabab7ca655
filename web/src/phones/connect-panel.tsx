import { Code, Stack, Text } from '@mantine/core';
import { useSettings } from '../api/queries.ts';
import { Panel } from '../ui/panel.tsx';
import { LoopbackNote } from './loopback-note.tsx';
import classes from './phones.module.css';

const DIAL_PLAN = [
  ['9196', 'echo: you hear yourself'],
  ['9197', 'a tone of 1004 Hz'],
  ['5000', 'the welcome voice'],
  ['400 to 699', 'the call ends with that SIP status: 486 is busy'],
] as const;

/** How a phone that is not this page joins in: Linphone or any other SIP phone. */
export function ConnectPanel() {
  const settings = useSettings().data;
  return (
    <Panel title="Connect a phone">
      <Stack gap="md" id="connect">
        <Text size="sm">
          <b>New phone</b> gives a number, its password and a QR code that sets up Linphone. For a number that
          is there, choose <b>Connect a phone</b> in its menu. The passwords of the first start stood in the
          terminal.
        </Text>
        {settings && (
          <>
            <dl className={classes.settings}>
              <div>
                <dt>SIP server</dt>
                <dd>
                  <span>
                    <Code>{settings.sip.host}</Code>, port <Code>{settings.sip.port}</Code> for UDP and TCP
                  </span>
                </dd>
              </div>
              <div>
                <dt>Domain and realm</dt>
                <dd>
                  <Code>{settings.domain}</Code>
                </dd>
              </div>
            </dl>
            <LoopbackNote settings={settings} />
          </>
        )}
        <table className={classes.plan} aria-label="Numbers to dial">
          <tbody>
            {DIAL_PLAN.map(([number, meaning]) => (
              <tr key={number}>
                <th scope="row">{number}</th>
                <td>{meaning}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Stack>
    </Panel>
  );
}
