import { Menu, UnstyledButton, useMantineColorScheme } from '@mantine/core';
import { IconCheck, IconContrast, IconMoon, IconSun } from '@tabler/icons-react';
import frame from './frame.module.css';

const SCHEMES = [
  { value: 'auto', label: 'As the system', Icon: IconContrast },
  { value: 'light', label: 'Light', Icon: IconSun },
  { value: 'dark', label: 'Dark', Icon: IconMoon },
] as const;

interface SchemeSwitchProps {
  position: 'right-end' | 'bottom-end';
  withWord?: boolean;
}

/** Light, dark, or as the system is. */
export function SchemeSwitch({ position, withWord = false }: SchemeSwitchProps) {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Menu position={position} withinPortal>
      <Menu.Target>
        <UnstyledButton className={frame.foot} aria-label="Colours">
          <IconContrast size={20} stroke={1.6} aria-hidden />
          {withWord && 'Colours'}
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {SCHEMES.map(({ value, label, Icon }) => (
          <Menu.Item
            key={value}
            leftSection={<Icon size={16} stroke={1.6} aria-hidden />}
            rightSection={value === colorScheme && <IconCheck size={14} aria-label="chosen" />}
            onClick={() => setColorScheme(value)}
          >
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
