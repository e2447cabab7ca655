import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import { useSelectedMoment } from '../moment/selected-moment.tsx';
import { chartOptions } from './chart-options.ts';
import classes from './quality.module.css';
import type { Columns, Measure } from './quality-points.ts';

interface TimeChartProps {
  columns: Columns;
  measure: Measure;
  /** When the axis of time begins. */
  beganMs: number;
}

/** One measure of both directions over time. A click marks the moment everywhere; the mark of others is shown. */
export function TimeChart({ columns, measure, beganMs }: TimeChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const { timeUs, select } = useSelectedMoment();
  const marked = useRef<number | null>(null);
  const newest = useRef(columns);
  newest.current = columns;
  const scheme = useComputedColorScheme();

  // biome-ignore lint/correctness/useExhaustiveDependencies: colours are read anew when the scheme is another
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const select_ = (second: number) => select(Math.round((beganMs + second * 1000) * 1000));
    const options = chartOptions(measure, element, () => marked.current, select_);
    const made = new uPlot(options, newest.current, element);
    chart.current = made;
    const watch = new ResizeObserver(([entry]) => {
      const width = Math.floor(entry?.contentRect.width ?? 0);
      if (width > 0 && width !== made.width) made.setSize({ width, height: options.height });
    });
    watch.observe(element);
    return () => {
      watch.disconnect();
      made.destroy();
      chart.current = null;
    };
  }, [measure, beganMs, select, scheme]);

  useEffect(() => {
    chart.current?.setData(columns);
  }, [columns]);

  useEffect(() => {
    marked.current = timeUs === null ? null : timeUs / 1e6 - beganMs / 1000;
    chart.current?.redraw(false);
  }, [timeUs, beganMs]);

  return <div ref={place} className={classes.plot} data-measure={measure} aria-hidden />;
}
