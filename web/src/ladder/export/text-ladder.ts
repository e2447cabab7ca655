import type { Lanes } from '../model/lifelines.ts';
import { rowTime, TIME_STYLES, type TimeStyle } from '../model/row-times.ts';
import type { EventRow, Ladder, LadderRow, MediaRow, MessageRow } from '../model/rows.ts';

/** Between two lifelines. */
const LANE = 28;

/** The ladder in plain characters, as sngrep draws it: for a mail or a ticket. */
export function textLadder(ladder: Ladder, times: TimeStyle = TIME_STYLES[0]): string {
  const { lanes, rows } = ladder;
  const stamps = rows.map((row, index) =>
    rowTime(times, row.timeUs, rows[index - 1]?.timeUs ?? null, rows[0]?.timeUs ?? 0),
  );
  const margin = Math.max(0, ...stamps.map(({ length }) => length));
  const line = (stamp: string, text: string) => `${stamp.padStart(margin)}  ${text}`.trimEnd();
  const heads = [
    lanes.lifelines.map(({ title }) => title),
    lanes.lifelines.map(({ about }) => about),
    lanes.lifelines.map(({ address }) => address ?? ''),
  ];
  return [
    ...heads.map((names) => line('', names.map(centred).join(''))),
    line('', bare(lanes.lifelines.length)),
    ...rows.map((row, index) => line(stamps[index] ?? '', drawn(row, lanes))),
    '',
  ].join('\n');
}

function centred(text: string): string {
  const short = text.length > LANE - 2 ? `${text.slice(0, LANE - 3)}~` : text;
  const left = Math.floor((LANE - short.length) / 2);
  return `${' '.repeat(left)}${short}`.padEnd(LANE);
}

function position(lane: number): number {
  return lane * LANE + Math.floor((LANE - 1) / 2);
}

function bare(count: number): string {
  return Array.from({ length: count }, () => centred('|')).join('');
}

function drawn(row: LadderRow, lanes: Lanes): string {
  const count = lanes.lifelines.length;
  switch (row.kind) {
    case 'message':
      return arrow(row, count);
    case 'event':
      return note(row, count);
    case 'media':
      return bands(row, lanes);
    default:
      return row satisfies never;
  }
}

function over(canvas: string, at: number, text: string): string {
  return canvas.slice(0, at) + text + canvas.slice(at + text.length);
}

function arrow(row: MessageRow, count: number): string {
  const [left, right] = [Math.min(row.from, row.to), Math.max(row.from, row.to)].map(position) as [
    number,
    number,
  ];
  const width = right - left - 1;
  const line = (row.look === 'provisional' ? '- ' : '-').repeat(width).slice(0, width);
  const shaft = row.to > row.from ? `${line.slice(0, -1)}>` : `<${line.slice(1)}`;
  const label = ` ${messageWords(row)} `.slice(0, width - 3);
  const at = Math.floor((width - label.length) / 2);
  return over(bare(count), left + 1, over(shaft, at, label));
}

export function messageWords({ label, sdp, times, repeat, look }: MessageRow): string {
  const words = [
    look === 'failure' ? 'x' : '',
    label,
    sdp ? '(SDP)' : '',
    times > 1 ? `x${times}` : '',
    repeat ? '(again)' : '',
  ];
  return words.filter((word) => word !== '').join(' ');
}

function note({ lane, text }: EventRow, count: number): string {
  return over(bare(count), position(lane), `* ${text}`);
}

function bands({ spans }: MediaRow, { lifelines, middle }: Lanes): string {
  return spans.reduce((canvas, { lane, label, mos }) => {
    const [left, right] = [Math.min(lane, middle), Math.max(lane, middle)].map(position) as [number, number];
    const words = ` ${label}${mos === null ? '' : ` MOS ${mos.toFixed(2)}`} `;
    const bar = '='.repeat(right - left - 1);
    return over(canvas, left + 1, over(bar, Math.floor((bar.length - words.length) / 2), words));
  }, bare(lifelines.length));
}
