import { useQuery } from '@tanstack/react-query';
import { peaksOf } from './peaks.ts';
import classes from './speak.module.css';

const BARS = 64;

/** The sound of that WAV file, as the browser decodes it. Nothing is drawn when it cannot. */
export function Waveform({ url }: { url: string }) {
  const { data } = useQuery({
    queryKey: ['waveform', url],
    queryFn: () => readPeaks(url),
    staleTime: Infinity,
    retry: false,
  });
  if (!data) return <span className={classes.wave} />;
  return (
    <svg
      className={classes.wave}
      viewBox={`0 0 ${BARS} 2`}
      preserveAspectRatio="none"
      role="img"
      aria-label="Waveform"
    >
      {data.map((peak, at) => (
        <rect
          // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its place
          key={at}
          x={at + 0.2}
          y={1 - Math.max(0.03, peak)}
          width={0.6}
          height={2 * Math.max(0.03, peak)}
          fill="currentColor"
        />
      ))}
    </svg>
  );
}

async function readPeaks(url: string): Promise<number[]> {
  const bytes = await (await fetch(url)).arrayBuffer();
  const decoded = await new OfflineAudioContext(1, 1, 8000).decodeAudioData(bytes);
  return peaksOf(decoded.getChannelData(0), BARS);
}
