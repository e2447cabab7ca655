import type { StartService } from '@ringback/runtime';
import { createSpeech } from '@ringback/speech';
import { mediaAddress } from './media-address.ts';
import { VoiceService } from './voice-service.ts';

/** Starts one voice worker. It registers as soon as the SIP server and the registrar are there, and for ever again. */
export const start: StartService = async (context) => {
  const { config, logger } = context;
  const speech = await createSpeech({
    dataDir: config.dataDir,
    ffmpegPath: config.ffmpegPath,
    elevenLabs: config.elevenLabs,
    logger,
  });
  return new VoiceService(context, speech, await mediaAddress(config.publicHost));
};
