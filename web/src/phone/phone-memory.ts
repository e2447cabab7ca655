import type { ToneWay } from './sip-line.ts';

export type DeviceRole = 'microphone' | 'speaker' | 'ringer';

/** What this browser remembers of its phone. A device is named by its id; empty: whatever the system takes. */
export interface PhoneMemory {
  readonly autoAnswer: boolean;
  readonly toneWay: ToneWay;
  readonly devices: Readonly<Record<DeviceRole, string>>;
  readonly lastDialled: string | null;
  /** There has been a call, or the user did not want a test: nobody is asked again. */
  readonly soundTested: boolean;
  readonly notificationsOffered: boolean;
}

export const FRESH_MEMORY: PhoneMemory = {
  autoAnswer: false,
  toneWay: 'rtp',
  devices: { microphone: '', speaker: '', ringer: '' },
  lastDialled: null,
  soundTested: false,
  notificationsOffered: false,
};

/** What was kept, as far as it can be understood; `?autoanswer=1` in the address goes before it. */
export function readMemory(kept: string | null, search: string): PhoneMemory {
  const memory = parse(kept);
  const asked = new URLSearchParams(search).get('autoanswer');
  return asked === null ? memory : { ...memory, autoAnswer: asked === '1' };
}

function parse(kept: string | null): PhoneMemory {
  let value: unknown;
  try {
    value = JSON.parse(kept ?? '{}');
  } catch (error) {
    console.warn('What the phone remembered is unreadable; it starts anew.', error);
  }
  const { autoAnswer, toneWay, devices, lastDialled, soundTested, notificationsOffered } = fields(value);
  const { microphone, speaker, ringer } = fields(devices);
  return {
    autoAnswer: autoAnswer === true,
    toneWay: toneWay === 'info' ? 'info' : 'rtp',
    devices: { microphone: text(microphone), speaker: text(speaker), ringer: text(ringer) },
    lastDialled: text(lastDialled) || null,
    soundTested: soundTested === true,
    notificationsOffered: notificationsOffered === true,
  };
}

function fields(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
