/** Sounds that the page makes itself, each one period of a loop; no recording is shipped. */
export type ToneName = 'ring' | 'call-waiting' | 'ring-back' | 'busy' | 'congestion';

interface Note {
  frequenciesHz: readonly number[];
  startSec: number;
  durationSec: number;
  gain: number;
  /** Struck like a bell, fading with this time constant; absent: steady. */
  decaySec?: number;
}

interface Tone {
  periodSec: number;
  notes: readonly Note[];
}

const bell = (frequencyHz: number, startSec: number): Note => ({
  frequenciesHz: [frequencyHz, frequencyHz * 2.01],
  startSec,
  durationSec: 0.6,
  gain: 0.22,
  decaySec: 0.16,
});

const TONES = {
  // Four rising bells, twice, then a rest.
  ring: {
    periodSec: 3,
    notes: [0, 0.9].flatMap((at) => [
      bell(659, at),
      bell(831, at + 0.12),
      bell(988, at + 0.24),
      bell(1319, at + 0.36),
    ]),
  },
  // Frequencies and cadence of the North American plan (ITU-T E.180, Supplement 2).
  'ring-back': {
    periodSec: 6,
    notes: [{ frequenciesHz: [440, 480], startSec: 0, durationSec: 2, gain: 0.08 }],
  },
  // Two soft beeps into the conversation, then a long pause (ITU-T E.180, Supplement 2).
  'call-waiting': {
    periodSec: 8,
    notes: [0.1, 0.5].map((startSec) => ({ frequenciesHz: [440], startSec, durationSec: 0.2, gain: 0.06 })),
  },
  busy: { periodSec: 1, notes: [{ frequenciesHz: [480, 620], startSec: 0, durationSec: 0.5, gain: 0.08 }] },
  congestion: {
    periodSec: 0.5,
    notes: [{ frequenciesHz: [480, 620], startSec: 0, durationSec: 0.25, gain: 0.08 }],
  },
} as const satisfies Record<ToneName, Tone>;

/** One period of a tone, mono, within ±1. Its end is silent, so that it loops without a click. */
export function renderTone(name: ToneName, sampleRate: number): Float32Array<ArrayBuffer> {
  return render(TONES[name], sampleRate);
}

const ROWS_HZ = [697, 770, 852, 941];
const COLUMNS_HZ = [1209, 1336, 1477];

/** What a key sounds like to whoever presses it (ITU-T Q.23), 120 ms. */
export function renderKey(index: number, sampleRate: number): Float32Array<ArrayBuffer> {
  const frequenciesHz = [ROWS_HZ[Math.floor(index / 3)] ?? 941, COLUMNS_HZ[index % 3] ?? 1209];
  return render(
    { periodSec: 0.14, notes: [{ frequenciesHz, startSec: 0, durationSec: 0.12, gain: 0.05 }] },
    sampleRate,
  );
}

function render(tone: Tone, sampleRate: number): Float32Array<ArrayBuffer> {
  const samples = new Float32Array(Math.round(tone.periodSec * sampleRate));
  for (const note of tone.notes) addNote(samples, note, sampleRate);
  return samples;
}

const RAMP_SEC = 0.005;

function addNote(samples: Float32Array, note: Note, sampleRate: number): void {
  const first = Math.round(note.startSec * sampleRate);
  const count = Math.min(samples.length - first, Math.round(note.durationSec * sampleRate));
  for (let i = 0; i < count; i += 1) {
    const sec = i / sampleRate;
    const edge = Math.min(1, sec / RAMP_SEC, (count - i) / sampleRate / RAMP_SEC);
    const fade = note.decaySec ? Math.exp(-sec / note.decaySec) : 1;
    let value = 0;
    for (const hz of note.frequenciesHz) value += Math.sin(2 * Math.PI * hz * sec);
    samples[first + i] = (samples[first + i] ?? 0) + value * note.gain * edge * fade;
  }
}
