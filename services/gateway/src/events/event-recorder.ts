import type { CallEventRecord, NetworkEvent, SpeechEvent } from '@ringback/contracts';
import type { Logger } from '@ringback/runtime';
import { type CallStore, StoreError } from '@ringback/store';

type Records = Pick<CallStore, 'addEvent' | 'markSpeech' | 'markFirstAudio'>;

/**
 * Puts a call's speech into its record. The B2BUA, which owns the calls and legs, records these itself; the voice has
 * no database, so its events are recorded where they are heard.
 */
export class EventRecorder {
  readonly #calls: Records;
  readonly #logger: Logger;
  /** One after the other, so that the order in the record is that in which things happened. */
  #work: Promise<void> = Promise.resolve();

  constructor(calls: Records, logger: Logger) {
    this.#calls = calls;
    this.#logger = logger;
  }

  hear(event: NetworkEvent): void {
    switch (event.type) {
      case 'speech.started':
        this.#record(event, () => this.#calls.markSpeech(event.callId, event.provider, event.voiceId));
        break;
      case 'speech.first-audio':
        this.#record(event, async () => {
          if (event.firstAudioMs !== undefined)
            await this.#calls.markFirstAudio(event.callId, event.firstAudioMs, event.cached);
        });
        break;
      case 'speech.finished':
      case 'speech.failed':
        this.#record(event);
        break;
      default:
    }
  }

  /** When everything heard so far is recorded. */
  settled(): Promise<void> {
    return this.#work;
  }

  #record(event: SpeechEvent, also: () => Promise<unknown> = async () => undefined): void {
    this.#work = this.#work.then(async () => {
      try {
        await Promise.all([also(), this.#calls.addEvent(event.callId, recordOf(event))]);
      } catch (error) {
        // It waits on disk for the database, which is as good as written.
        if (error instanceof StoreError && error.code === 'spooled') return;
        this.#logger.error({ err: error, callId: event.callId, type: event.type }, 'event not recorded');
      }
    });
  }
}

function recordOf(event: SpeechEvent): CallEventRecord {
  const { time, type, code } = event;
  return { time, type, legId: null, sipStatus: null, detail: sentenceOf(event), ...(code && { code }) };
}

function sentenceOf(event: SpeechEvent): string {
  const { type, provider, voiceId, cached, durationMs, firstAudioMs, problem } = event;
  const who = provider === 'elevenlabs' ? 'ElevenLabs' : 'The built-in voice';
  switch (type) {
    case 'speech.started':
      return `${who} starts to speak${voiceId === null ? '' : ` as ${voiceId}`}${cached ? ', from the cache' : ''}`;
    case 'speech.first-audio':
      return `First sound of ${who === 'ElevenLabs' ? who : 'the built-in voice'} is ready${firstAudioMs === undefined ? '' : ` after ${firstAudioMs} ms`}`;
    case 'speech.finished':
      return `Spoken to its end${durationMs === null ? '' : `, ${(durationMs / 1000).toFixed(1)} s`}`;
    case 'speech.failed':
      return problem ?? `${who} failed`;
    default:
      return type satisfies never;
  }
}
