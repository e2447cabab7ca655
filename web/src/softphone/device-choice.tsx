import { ActionIcon, NativeSelect } from '@mantine/core';
import { IconVolume } from '@tabler/icons-react';
import type { Device } from '../phone/devices.ts';
import type { DeviceRole } from '../phone/phone-memory.ts';
import { usePhone, usePhoneState } from '../phone/use-phone.ts';

interface DeviceChoiceProps {
  of: DeviceRole;
  label: string;
  devices: readonly Device[];
  /** Lets the user hear the choice. */
  onTry?: () => void;
}

export function DeviceChoice({ of: role, label, devices, onTry }: DeviceChoiceProps) {
  const phone = usePhone();
  const { memory } = usePhoneState();
  const chosen = memory.devices[role];
  const known = devices.some(({ id }) => id === chosen);
  const data = [
    { value: '', label: 'System default' },
    ...devices.map(({ id, label: name }) => ({ value: id, label: name })),
    // Unplugged, or not named to us yet: the choice stands until the user makes another.
    ...(chosen !== '' && !known ? [{ value: chosen, label: 'Chosen before, not here now' }] : []),
  ];
  return (
    <div style={{ display: 'flex', alignItems: 'end', gap: 8 }}>
      <NativeSelect
        style={{ flex: 1, minWidth: 0 }}
        size="xs"
        label={label}
        data={data}
        value={chosen}
        onChange={({ currentTarget }) =>
          phone.remember({ devices: { ...memory.devices, [role]: currentTarget.value } })
        }
      />
      {onTry && (
        <ActionIcon
          variant="default"
          size={30}
          aria-label={`Hear the ${label.toLowerCase()}`}
          onClick={onTry}
        >
          <IconVolume size={16} stroke={1.6} />
        </ActionIcon>
      )}
    </div>
  );
}
