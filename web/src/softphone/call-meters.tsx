import { IconMicrophone, IconVolume } from '@tabler/icons-react';
import { useCallback, useEffect, useRef } from 'react';
import type { CallLevels } from '../phone/call-levels.ts';
import { usePhone } from '../phone/use-phone.ts';
import { LevelBar } from './level-bar.tsx';

/** Both ends of a call, as loud as they are. */
export function CallMeters({ id }: { id: string }) {
  const read = useCallLevels(id);
  const local = useCallback(() => read('local'), [read]);
  const remote = useCallback(() => read('remote'), [read]);
  return (
    <div style={{ display: 'grid', gap: 4, width: '100%', paddingTop: 8 }}>
      <LevelBar label="Your microphone" icon={<IconMicrophone size={14} aria-hidden />} read={local} />
      <LevelBar label="The other side" icon={<IconVolume size={14} aria-hidden />} read={remote} />
    </div>
  );
}

/** Opens meters for that call, and closes them with the component. */
export function useCallLevels(id: string): (end: 'local' | 'remote') => number {
  const phone = usePhone();
  const levels = useRef<CallLevels | null>(null);
  useEffect(() => {
    const opened = phone.levels(id);
    levels.current = opened;
    return () => {
      levels.current = null;
      opened.close();
    };
  }, [phone, id]);
  return useCallback((end) => levels.current?.read(end) ?? 0, []);
}
