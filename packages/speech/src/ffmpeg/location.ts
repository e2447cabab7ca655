import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { SpeechError } from '../speech-error.ts';

const run = promisify(execFile);
const require = createRequire(import.meta.url);

export type FfmpegOrigin = 'FFMPEG_PATH' | 'ffmpeg-static' | 'PATH' | '@ffmpeg-installer/ffmpeg';

export interface Ffmpeg {
  path: string;
  origin: FfmpegOrigin;
  version: string;
}

/** Where ffmpeg may be, in the order in which it is looked for; null where a package is not installed. */
export interface FfmpegCandidate {
  origin: FfmpegOrigin;
  path: string | null;
}

/**
 * The first ffmpeg that really runs. A path that was set explicitly is not passed over when it is wrong.
 * @throws SpeechError `no-ffmpeg`, naming everything that was tried
 */
export async function findFfmpeg(
  ffmpegPath?: string,
  candidates: () => FfmpegCandidate[] = installedCandidates,
): Promise<Ffmpeg> {
  if (ffmpegPath !== undefined) return check({ origin: 'FFMPEG_PATH', path: ffmpegPath });
  const failures: string[] = [];
  for (const candidate of candidates()) {
    try {
      return await check(candidate);
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error));
    }
  }
  throw new SpeechError(
    'no-ffmpeg',
    `There is no ffmpeg: set FFMPEG_PATH or install one. ${failures.join(' ')}`,
  );
}

function installedCandidates(): FfmpegCandidate[] {
  return [
    { origin: 'ffmpeg-static', path: packaged('ffmpeg-static', (exported) => exported) },
    { origin: 'PATH', path: 'ffmpeg' },
    {
      origin: '@ffmpeg-installer/ffmpeg',
      path: packaged('@ffmpeg-installer/ffmpeg', (exported) => (exported as { path?: unknown }).path),
    },
  ];
}

/** Both packages throw when they have no binary for this machine, which here only means: not this one. */
function packaged(name: string, pathOf: (exported: unknown) => unknown): string | null {
  try {
    const path = pathOf(require(name));
    return typeof path === 'string' ? path : null;
  } catch {
    return null;
  }
}

async function check({ origin, path }: FfmpegCandidate): Promise<Ffmpeg> {
  if (path === null) throw new SpeechError('no-ffmpeg', `${origin}: not installed.`);
  try {
    const { stdout } = await run(path, ['-version'], { timeout: 10_000 });
    const version = /^ffmpeg version (\S+)/.exec(stdout)?.[1];
    if (version === undefined) throw new Error('it does not answer like ffmpeg');
    return { origin, path, version };
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new SpeechError('no-ffmpeg', `${origin}: ${path} does not run (${reason}).`, { cause: error });
  }
}
