import type uPlot from 'uplot';
import { timer } from '../format/duration.ts';
import type { Measure } from './quality-points.ts';

const HEIGHT = 76;
const AXIS_WIDTH = 38;
/** All graphs of the page show the pointer at the same time. */
const SYNC = 'quality';

/** MOS has a scale of its own; the others begin at nothing, and a little loss is not drawn as a disaster. */
const LEAST_TOP: Record<Exclude<Measure, 'mos'>, number> = { loss: 4, jitter: 10, roundTrip: 40 };

export function chartOptions(
  measure: Measure,
  element: HTMLElement,
  marked: () => number | null,
  select: (second: number) => void,
): uPlot.Options {
  const css = getComputedStyle(element);
  const color = (name: string) => css.getPropertyValue(name).trim();
  const font = '11px system-ui, sans-serif';
  const axis = { stroke: color('--rb-dim'), font, ticks: { show: false }, gap: 4 };
  const grid = { stroke: color('--rb-line'), width: 1 };
  return {
    width: Math.max(120, element.clientWidth),
    height: HEIGHT,
    padding: [6, 18, 0, 0],
    legend: { show: false },
    cursor: { sync: { key: SYNC }, drag: { x: false, y: false }, points: { size: 6 } },
    scales: { x: { time: false }, y: { range: (_chart, _low, high) => rangeOf(measure, high) } },
    axes: [
      { ...axis, grid: { show: false }, size: 18, values: (_chart, seconds) => seconds.map(secondWords) },
      {
        ...axis,
        grid,
        size: AXIS_WIDTH,
        splits: (_chart, _axis, low, high) => [low, (low + high) / 2, high],
      },
    ],
    series: [
      {},
      { stroke: color('--rb-accent'), width: 1.75, points: { size: 4 } },
      { stroke: color('--rb-ringing'), width: 1.75, dash: [5, 4], points: { size: 4 } },
    ],
    hooks: {
      init: [
        (chart) =>
          chart.over.addEventListener('click', () => {
            const left = chart.cursor.left ?? -1;
            if (left >= 0) select(chart.posToVal(left, 'x'));
          }),
      ],
      draw: [(chart) => drawMark(chart, marked(), color('--rb-text'))],
    },
  };
}

function rangeOf(measure: Measure, high: number | null): [number, number] {
  if (measure === 'mos') return [1, 5];
  const top = 1.1 * (high ?? 0);
  // Half of it is a round number as well.
  const step = top > 100 ? 40 : top > 20 ? 10 : 4;
  return [0, Math.max(LEAST_TOP[measure], Math.ceil(top / step) * step)];
}

function secondWords(second: number): string {
  return Number.isInteger(second) ? timer(second * 1000) : '';
}

function drawMark(chart: uPlot, second: number | null, stroke: string): void {
  if (second === null) return;
  const { left, top, width, height } = chart.bbox;
  const x = Math.round(chart.valToPos(second, 'x', true));
  if (x < left || x > left + width) return;
  const { ctx } = chart;
  ctx.save();
  ctx.strokeStyle = stroke;
  ctx.lineWidth = devicePixelRatio;
  ctx.beginPath();
  ctx.moveTo(x, top);
  ctx.lineTo(x, top + height);
  ctx.stroke();
  ctx.restore();
}
