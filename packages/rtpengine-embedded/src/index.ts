import { checkOptions } from './check-options.ts';
import { NgServer } from './control/transport/ng-server.ts';
import { engineOptionsOf, type RtpengineOptions, type RunningRtpengine } from './options.ts';

export { InvalidOption } from './check-options.ts';
export type {
  Crash,
  InterfaceOptions,
  RtpengineOptions,
  RunningRtpengine,
  SupervisedOptions,
} from './options.ts';
export {
  type ProcessReading,
  type SupervisedRtpengine,
  startSupervisedRtpengine,
} from './process/supervisor.ts';

/**
 * Starts the media server in this process. The native WebRTC library comes with it and may be loaded once per process and
 * never on a worker thread, and takes the process with it when it fails: nearly everybody wants `startSupervisedRtpengine`.
 * Throws with `code: 'EADDRINUSE'` when the NG port is taken, InvalidOption for options that cannot be.
 */
export async function startRtpengine(options: RtpengineOptions): Promise<RunningRtpengine> {
  await checkOptions(options);
  // Loaded here and not above, so that importing this package does not load the library.
  const { startEngine } = await import('./engine.ts');
  const engine = await startEngine(engineOptionsOf(options));
  try {
    const server = await NgServer.listen(options, engine.handle, options.logger);
    return {
      ngPort: server.ports.udp,
      ngPorts: server.ports,
      close: async () => {
        await server.close();
        await engine.close();
      },
    };
  } catch (error) {
    await engine.close();
    throw error;
  }
}
