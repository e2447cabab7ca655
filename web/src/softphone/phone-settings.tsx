import { Button, SegmentedControl, Stack, Text } from '@mantine/core';
import { IconEar } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { isLive } from '../phone/calls-state.ts';
import { type Devices, NO_DEVICES, watchDevices } from '../phone/devices.ts';
import type { ToneWay } from '../phone/sip-line.ts';
import { canChooseOutput } from '../phone/sound-output.ts';
import { usePhone, usePhoneState } from '../phone/use-phone.ts';
import { DeviceChoice } from './device-choice.tsx';
import { ECHO_NUMBER } from './echo-check.tsx';
import { MicrophoneTest } from './microphone-test.tsx';
import { NotificationSetting } from './notification-setting.tsx';

const TONE_WAYS: { value: ToneWay; label: string }[] = [
  { value: 'rtp', label: 'RFC 4733' },
  { value: 'info', label: 'SIP INFO' },
];

/** Which microphone, which loudspeaker, which bell, and how keys are sent. */
export default function PhoneSettings() {
  const phone = usePhone();
  const { calls, line, memory } = usePhoneState();
  const devices = useDevices();
  const inCall = calls.some(({ call }) => isLive(call));
  return (
    <section aria-label="Sound and keys">
      <Stack gap="sm">
        <DeviceChoice of="microphone" label="Microphone" devices={devices.microphone} />
        <MicrophoneTest deviceId={memory.devices.microphone} named={devices.microphone.length > 0} />
        {canChooseOutput ? (
          <>
            <DeviceChoice
              of="speaker"
              label="Speaker"
              devices={devices.speaker}
              onTry={() => phone.sounds.sample('ring-back')}
            />
            <DeviceChoice
              of="ringer"
              label="Ringer"
              devices={devices.ringer}
              onTry={() => phone.sounds.sample('ring')}
            />
          </>
        ) : (
          <Text size="sm" c="dimmed">
            This browser plays sound where the system says; choose the speaker there.
          </Text>
        )}
        <Button
          variant="default"
          size="xs"
          disabled={inCall || line.kind !== 'registered'}
          leftSection={<IconEar size={16} aria-hidden />}
          onClick={() => phone.dial(ECHO_NUMBER)}
        >
          Test your sound
        </Button>
        <div>
          <Text size="sm" fw={500} id="tone-way">
            Keys in a call are sent
          </Text>
          <SegmentedControl
            fullWidth
            size="xs"
            aria-labelledby="tone-way"
            data={TONE_WAYS}
            value={memory.toneWay}
            onChange={(toneWay) => phone.remember({ toneWay })}
          />
          <Text size="xs" c="dimmed" pt={4}>
            {memory.toneWay === 'rtp'
              ? 'In the sound, as nearly every phone and switchboard expects.'
              : 'Beside the sound, for a switchboard that asks for it.'}
          </Text>
        </div>
        <NotificationSetting />
      </Stack>
    </section>
  );
}

function useDevices(): Devices {
  const [devices, setDevices] = useState(NO_DEVICES);
  useEffect(() => watchDevices(setDevices), []);
  return devices;
}
