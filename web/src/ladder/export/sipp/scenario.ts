import type { SipMessageRecord } from '@ringback/contracts';
import { folded } from '../../model/folding.ts';
import { scenarioSteps } from './steps.ts';
import { stepXml } from './xml.ts';

export interface Endpoint {
  /** Who it is, for the title. */
  name: string;
  number: string;
  /** Of Ringback, as this endpoint reached it. */
  server: string;
}

/**
 * What one endpoint of a call said, as a scenario of SIPp that says it again: its messages of one dialog, without
 * retransmissions (SIPp makes its own).
 */
export function sippScenario(messages: readonly SipMessageRecord[], endpoint: Endpoint): string {
  const wire = folded(messages).map(({ first }) => first);
  const calls = wire[0]?.direction === 'in';
  return [
    '<?xml version="1.0" encoding="UTF-8" ?>',
    `<!-- ${commentText(howToRun(endpoint, calls))} -->`,
    `<scenario name="${attributeText(`${endpoint.name} ${calls ? 'calls' : 'is called'}`)}">`,
    ...scenarioSteps(wire).map(stepXml),
    '</scenario>',
    '',
  ].join('\n');
}

function howToRun({ number, server }: Endpoint, calls: boolean): string {
  const credentials = calls ? ` -au ${number} -ap PASSWORD` : '';
  const command = `sipp ${server} -sf THIS.xml -m 1 -i LOCAL_IP${calls ? '' : ' -p PORT'}${credentials}`;
  const before = calls ? '' : ` Register LOCAL_IP:PORT as a phone of ${number} first.`;
  return `${command}\n     Media is offered as plain RTP; -rtp_echo gives back the sound that comes.${before}`;
}

/** Two hyphens would end an XML comment. */
function commentText(text: string): string {
  return text.replace(/-{2,}/g, '-');
}

function attributeText(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
