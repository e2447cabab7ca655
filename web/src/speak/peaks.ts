/** The loudest sample of each of `count` equal parts, the loudest of all being 1: what a waveform draws. */
export function peaksOf(samples: Float32Array, count: number): number[] {
  const peaks: number[] = [];
  for (let i = 0; i < count; i += 1) {
    const end = Math.floor(((i + 1) * samples.length) / count);
    let peak = 0;
    for (let at = Math.floor((i * samples.length) / count); at < end; at += 1) {
      peak = Math.max(peak, Math.abs(samples[at] ?? 0));
    }
    peaks.push(peak);
  }
  const loudest = Math.max(...peaks);
  return loudest === 0 ? peaks : peaks.map((peak) => peak / loudest);
}
