import type { DeviceRole } from './phone-memory.ts';

export interface Device {
  readonly id: string;
  readonly label: string;
}

export type Devices = Readonly<Record<DeviceRole, readonly Device[]>>;

export const NO_DEVICES: Devices = { microphone: [], speaker: [], ringer: [] };

/** What a browser lists, as far as it can be chosen: it names devices only to a page that was given the microphone. */
export function devicesOf(listed: readonly Pick<MediaDeviceInfo, 'deviceId' | 'kind' | 'label'>[]): Devices {
  const named = (kind: MediaDeviceKind) =>
    listed
      .filter((device) => device.kind === kind && device.label !== '')
      // Chromium lists the system's own choice a second time under these ids.
      .filter(({ deviceId }) => deviceId !== '' && deviceId !== 'default' && deviceId !== 'communications')
      .map(({ deviceId, label }) => ({ id: deviceId, label }));
  const outputs = named('audiooutput');
  return { microphone: named('audioinput'), speaker: outputs, ringer: outputs };
}

/** Lists the devices now and whenever one comes or goes. Returns how to stop. */
export function watchDevices(tell: (devices: Devices) => void): () => void {
  const { mediaDevices } = navigator;
  // Absent on pages that came over plain HTTP from another machine.
  if (!mediaDevices) return () => undefined;
  let stopped = false;
  const list = async () => {
    const listed = await mediaDevices.enumerateDevices();
    if (!stopped) tell(devicesOf(listed));
  };
  const changed = () => void list();
  mediaDevices.addEventListener('devicechange', changed);
  changed();
  return () => {
    stopped = true;
    mediaDevices.removeEventListener('devicechange', changed);
  };
}
