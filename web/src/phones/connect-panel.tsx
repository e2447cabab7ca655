import { Code, Stack, Text } from '@mantine/core';
import { useHealth, useSubscribers } from '../api/queries.ts';
import { Panel } from '../ui/panel.tsx';
import classes from './phones.module.css';

const DIAL_PLAN = [
  ['9196', 'echo: you hear yourself'],
  ['9197', 'a tone of 1004 Hz'],
  ['5000', 'the welcome voice'],
  ['400 to 699', 'the call ends with that SIP status: 486 is busy'],
] as const;

/** How a phone that is not this page joins in: Linphone or any other SIP phone. */
export function ConnectPanel() {
  const sip = useHealth().data?.parts.find(({ part }) => part === 'sip');
  const numbers = (useSubscribers().data ?? [])
    .filter(({ kind }) => kind === 'subscriber')
    .map(({ number }) => number);
  return (
    <Panel title="Connect a phone">
      <Stack gap="md" id="connect">
        <Text size="sm">
          In Linphone choose <b>Use a SIP account</b> (“third-party account”) and enter:
        </Text>
        <dl className={classes.settings}>
          <dt>Username</dt>
          <dd>{numbers.length > 0 ? numbers.join(', ') : 'a number of RINGBACK_SUBSCRIBERS'}</dd>
          <dt>Password</dt>
          <dd>
            as the terminal showed it at the first start, or as set in <Code>RINGBACK_SUBSCRIBERS</Code>
          </dd>
          <dt>SIP server</dt>
          <dd>
            <Code>{window.location.hostname}</Code>, port 5060 unless <Code>RINGBACK_SIP_PORT</Code> says
            otherwise
          </dd>
          <dt>Transport</dt>
          <dd>UDP or TCP</dd>
          {sip && (
            <>
              <dt>SIP server now</dt>
              <dd>{sip.detail}</dd>
            </>
          )}
        </dl>
        <Text size="sm" c="dimmed">
          A phone on another machine needs Ringback to listen there: set <Code>RINGBACK_HOST</Code> to this
          machine's address.
        </Text>
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
