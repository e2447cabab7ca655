import type { RtpengineOptions, RunningRtpengine } from './options.ts';

export type { RtpengineOptions, RunningRtpengine } from './options.ts';

/**
 * Starts the media server in this process. The native WebRTC library comes with it and may be loaded once per process and
 * never on a worker thread: everybody but a command line wants `startSupervisedRtpengine`.
 * Throws with `code: 'EADDRINUSE'` when the NG port is taken.
 */
export async function startRtpengine(options: RtpengineOptions): Promise<RunningRtpengine> {
  // Loaded here and not above, so that importing this package does not load the library.
  const { startEngine } = await import('./engine.ts');
  return startEngine(options);
}

export {
  type SupervisedOptions,
  type SupervisedRtpengine,
  startSupervisedRtpengine,
} from './process/supervisor.ts';
