import type { CallDetail, QualityPoint } from '@ringback/contracts';
import 'uplot/dist/uPlot.min.css';
import classes from './quality.module.css';
import { columnsOf, MEASURES, type Measure, type Role, valueWords } from './quality-points.ts';
import { TimeChart } from './time-chart.tsx';

interface QualityChartsProps {
  call: Pick<CallDetail, 'createdAt'>;
  points: readonly QualityPoint[];
  names: Record<Role, string>;
}

/** One small graph for each measure, above each other on one axis of time. */
export default function QualityCharts({ call, points, names }: QualityChartsProps) {
  const beganMs = Date.parse(call.createdAt);
  return MEASURES.map(({ key, name, unit }) => {
    const columns = columnsOf(points, key, beganMs);
    const [, caller, callee] = columns;
    const told = [caller, callee].some((values) => values.some((value) => value !== null));
    const words = `from ${names.caller} ${rangeWords(caller, key)}; from ${names.callee} ${rangeWords(callee, key)}`;
    return (
      <figure
        key={key}
        className={classes.chart}
        style={{ margin: 0 }}
        aria-label={`${name} over time: ${words}`}
      >
        <figcaption className={classes.chartName}>
          <span>{unit ? `${name} (${unit})` : name}</span>
          {!told && <span>not told by the media server</span>}
        </figcaption>
        {told && <TimeChart columns={columns} measure={key} beganMs={beganMs} />}
      </figure>
    );
  });
}

/** `1.2 to 4.4`: what a graph says to who does not see it. */
function rangeWords(values: readonly (number | null)[], measure: Measure): string {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return 'not known';
  const [low, high] = [Math.min(...known), Math.max(...known)].map((value) => valueWords(value, measure));
  return low === high ? `${low}` : `${low} to ${high}`;
}
