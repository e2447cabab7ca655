import type { NgCommand, NgProcessStatistics, NgReply } from '@ringback/rtpengine-ng';
import type { Logger, LogLevel } from '@ringback/runtime';
import { checkOptions } from '../check-options.ts';
import { decimal } from '../control/merged-statistics.ts';
import { type NgPorts, NgServer } from '../control/transport/ng-server.ts';
import {
  DEFAULT_HANG_TIMEOUT_SEC,
  engineOptionsOf,
  type RunningRtpengine,
  type SupervisedOptions,
} from '../options.ts';
import { Dispatcher } from './dispatcher.ts';
import { KeptProcess } from './kept-process.ts';
import type { LoopDelay } from './loop-delay.ts';
import type { Death } from './media-process.ts';
import { slicePorts } from './port-slices.ts';

/** One media process as it is now. */
export type ProcessReading = {
  /** `undefined` while it is being started again. */
  pid: number | undefined;
  calls: number;
  deaths: number;
  loopDelay: LoopDelay;
};

export type SupervisedRtpengine = RunningRtpengine & {
  readonly processes: readonly ProcessReading[];
};

/**
 * Runs the media in child processes, since the native WebRTC library may end its process, and starts each again when it
 * dies or hangs; the NG protocol is spoken here. A call lives in one of them. They end by themselves when this process
 * vanishes. Rejects with `code: 'EADDRINUSE'` when the NG port is taken, with InvalidOption for options that cannot be.
 */
export async function startSupervisedRtpengine(options: SupervisedOptions): Promise<SupervisedRtpengine> {
  await checkOptions(options);
  const supervisor = new Supervisor(options);
  await supervisor.start();
  return supervisor;
}

class Supervisor implements SupervisedRtpengine {
  readonly #options: SupervisedOptions;
  readonly #logger: Logger;
  readonly #kept: readonly KeptProcess[];
  readonly #dispatcher: Dispatcher;
  #server: NgServer | undefined;

  constructor(options: SupervisedOptions) {
    this.#options = options;
    this.#logger = options.logger;
    const { processes, hangTimeoutSec, onCrash: _onCrash, ...rtpengine } = options;
    const { logger, ...engine } = engineOptionsOf(rtpengine);
    const logLevel = logger.level as LogLevel;
    this.#kept = slicePorts(engine.rtpPorts, processes ?? 1).map(
      (rtpPorts, index) =>
        new KeptProcess(
          { ...engine, rtpPorts, logLevel },
          hangTimeoutSec ?? DEFAULT_HANG_TIMEOUT_SEC,
          logger,
          {
            up: () => this.#dispatcher.up(),
            ended: (callId) => this.#dispatcher.ended(callId),
            died: (death, pid) => this.#died(index, pid, death),
          },
        ),
    );
    this.#dispatcher = new Dispatcher(this.#kept);
  }

  get ngPort(): number {
    return this.ngPorts.udp;
  }

  get ngPorts(): NgPorts {
    return this.#server?.ports ?? { udp: 0 };
  }

  get processes(): readonly ProcessReading[] {
    return this.#kept.map(({ pid, deaths, loopDelay }, index) => {
      return { pid, calls: this.#dispatcher.calls(index), deaths, loopDelay };
    });
  }

  /** Commands are heard once every process can do them. */
  async start(): Promise<void> {
    try {
      await Promise.all(this.#kept.map((process) => process.start()));
      const handle = (command: NgCommand) => this.#handle(command);
      this.#server = await NgServer.listen(this.#options, handle, this.#logger);
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async #handle(command: NgCommand): Promise<NgReply> {
    const reply = await this.#dispatcher.handle(command);
    if (!('statistics' in reply)) return reply;
    return { ...reply, statistics: { ...reply.statistics, processes: this.processes.map(described) } };
  }

  async close(): Promise<void> {
    await this.#server?.close();
    await Promise.all(this.#kept.map((process) => process.close()));
  }

  #died(index: number, pid: number | undefined, death: Death): void {
    const callIds = this.#dispatcher.lost(index);
    this.#logger.error(
      { ...death, pid, callIds },
      'a media process died; its calls are lost; starting it again',
    );
    this.#options.onCrash?.({ ...death, pid, callIds });
  }
}

function described({ pid, calls, deaths, loopDelay }: ProcessReading): NgProcessStatistics {
  return {
    pid: pid ?? 0,
    sessions: calls,
    deaths,
    eventloopdelay_p50: decimal(loopDelay.p50Ms / 1000),
    eventloopdelay_p99: decimal(loopDelay.p99Ms / 1000),
    eventloopdelay_max: decimal(loopDelay.maxMs / 1000),
  };
}
