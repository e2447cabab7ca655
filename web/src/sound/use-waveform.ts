import { useComputedColorScheme } from '@mantine/core';
import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import WaveSurfer from 'wavesurfer.js';

const CHANNEL_HEIGHT = 56;

export interface Waveform {
  /** Where it is drawn. */
  place: RefObject<HTMLDivElement | null>;
  /** 0 until it is drawn. */
  durationSec: number;
  atSec: number;
  playing: boolean;
  failed: boolean;
  toggle(): void;
  seek(second: number): void;
}

/** The sound at that address, one waveform for each of its two channels. `selected` hears where it was clicked. */
export function useWaveform(url: string, selected: (second: number) => void): Waveform {
  const place = useRef<HTMLDivElement>(null);
  const wave = useRef<WaveSurfer | null>(null);
  const onSelect = useRef(selected);
  onSelect.current = selected;
  const [durationSec, setDurationSec] = useState(0);
  const [atSec, setAtSec] = useState(0);
  const [playing, setPlaying] = useState(false);
  const [failed, setFailed] = useState(false);
  const scheme = useComputedColorScheme();

  // biome-ignore lint/correctness/useExhaustiveDependencies: colours are read anew when the scheme is another
  useEffect(() => {
    const container = place.current;
    if (!container) return;
    const color = (name: string) => getComputedStyle(container).getPropertyValue(name).trim();
    const channel = (waveColor: string) => ({ waveColor, progressColor: waveColor, height: CHANNEL_HEIGHT });
    const made = WaveSurfer.create({
      container,
      url,
      height: CHANNEL_HEIGHT,
      cursorColor: color('--rb-text'),
      cursorWidth: 1,
      normalize: false,
      splitChannels: [channel(color('--rb-accent')), channel(color('--rb-ringing'))],
    });
    wave.current = made;
    made.on('ready', setDurationSec);
    made.on('timeupdate', setAtSec);
    made.on('interaction', (second) => onSelect.current(second));
    made.on('play', () => setPlaying(true));
    made.on('pause', () => setPlaying(false));
    made.on('error', () => setFailed(true));
    return () => {
      wave.current = null;
      made.destroy();
      setDurationSec(0);
      setPlaying(false);
    };
  }, [url, scheme]);

  const toggle = useCallback(() => void wave.current?.playPause(), []);
  const seek = useCallback((second: number) => wave.current?.setTime(second), []);
  return { place, durationSec, atSec, playing, failed, toggle, seek };
}
