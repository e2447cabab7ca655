import { Button } from '@mantine/core';
import { IconMicrophone } from '@tabler/icons-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Trouble } from '../api/problem-error.ts';
import type { LevelMeter } from '../phone/level-meter.ts';
import { askMicrophone } from '../phone/microphone.ts';
import { usePhone } from '../phone/use-phone.ts';
import { TroubleNote } from '../ui/trouble-note.tsx';
import { LevelBar } from './level-bar.tsx';

/** The level of the chosen microphone, from a click on: no page opens a microphone unasked. */
export function MicrophoneTest({ deviceId, named }: { deviceId: string; named: boolean }) {
  const [on, setOn] = useState(false);
  if (on) return <OpenMicrophone key={deviceId} deviceId={deviceId} onClose={() => setOn(false)} />;
  return (
    <Button
      variant="default"
      size="xs"
      leftSection={<IconMicrophone size={16} aria-hidden />}
      onClick={() => setOn(true)}
    >
      {named ? 'Try the microphone' : 'Allow the microphone, to name the devices'}
    </Button>
  );
}

function OpenMicrophone({ deviceId, onClose }: { deviceId: string; onClose: () => void }) {
  const phone = usePhone();
  const meter = useRef<LevelMeter | null>(null);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  useEffect(() => {
    let closed = false;
    let stream: MediaStream | null = null;
    const close = () => {
      meter.current?.close();
      meter.current = null;
      for (const track of stream?.getTracks() ?? []) track.stop();
    };
    void askMicrophone(deviceId).then((answer) => {
      if (answer.kind === 'refused') {
        setTrouble(answer.trouble);
        return;
      }
      stream = answer.stream;
      if (closed) close();
      else meter.current = phone.sounds.meter(stream);
    });
    return () => {
      closed = true;
      close();
    };
  }, [phone, deviceId]);
  const read = useCallback(() => meter.current?.read() ?? 0, []);
  if (trouble) return <TroubleNote trouble={trouble} />;
  return (
    <>
      <LevelBar label="Your microphone" icon={<IconMicrophone size={14} aria-hidden />} read={read} />
      <Button variant="default" size="xs" onClick={onClose}>
        Close the microphone
      </Button>
    </>
  );
}
