import { availableParallelism } from 'node:os';
import type { Config, PortRange } from '@ringback/runtime';

/** Room for a dozen calls: fewer are not worth a process of their own. */
const PORTS_OF_A_PROCESS = 50;

/**
 * One range for the embedded media server and the voice, which must not meet in it. A call with the voice takes four
 * ports of the media server and two of the voice.
 */
export function shareRtpPorts({ min, max }: PortRange): { media: PortRange; voice: PortRange } {
  const voiceMin = min + 2 * Math.ceil((max - min + 1) / 3);
  return { media: { min, max: voiceMin - 1 }, voice: { min: voiceMin, max } };
}

/** As many as are set; else two where there are cores and ports for them, so that one can fall without the other. */
export function mediaProcesses(config: Config, ports: PortRange, cores = availableParallelism()): number {
  if (config.mediaProcesses !== undefined) return config.mediaProcesses;
  return cores >= 8 && ports.max - ports.min >= 2 * PORTS_OF_A_PROCESS ? 2 : 1;
}
