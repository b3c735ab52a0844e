import { format } from 'date-fns';
import { Area, AreaChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { formatBytes, formatPercent } from '../../components/format.ts';
import { Panel } from '../../components/Panel.tsx';
import { useConsole } from '../../store/ConsoleContext.tsx';
import { chartPoints, type LoadPoint } from './loadSeries.ts';
import { useLoadHistory } from './useLoadHistory.ts';

export function LoadCharts({ hostId, live }: { hostId: string; live: boolean }) {
  const lastWord = live ? '' : 'last ';
  const { samples, error } = useLoadHistory(hostId);
  const load = useConsole((state) => state.sections.load[hostId]);
  const last = samples.at(-1);
  const points = chartPoints(samples, last?.at ?? 0);
  return (
    <Panel
      title="Load in the last hour"
      summary={
        load === undefined ? null : (
          <span className="mm-dim">
            {load.cores} cores, {formatBytes(load.memoryTotal)} of memory
          </span>
        )
      }
    >
      {error === null ? null : <ErrorNotice error={error} />}
      {points.length < 2 ? (
        <p className="mm-dim">
          {load === undefined
            ? 'The host tells its load once the host program runs on it.'
            : 'Collecting. A line appears with the next figures.'}
        </p>
      ) : (
        <div className="mm-charts">
          <Chart
            title="CPU use"
            now={load === undefined ? '' : `${lastWord}${formatPercent(load.cpuPercent)}`}
            points={points}
            dataKey="cpu"
            max={100}
            tick={formatPercent}
          />
          <Chart
            title="Free memory"
            now={load === undefined ? '' : `${lastWord}${formatBytes(load.memoryFree)}`}
            points={points}
            dataKey="memoryFree"
            max={last?.memoryTotal ?? 0}
            tick={formatBytes}
          />
        </div>
      )}
    </Panel>
  );
}

interface ChartProps {
  title: string;
  now: string;
  points: LoadPoint[];
  dataKey: 'cpu' | 'memoryFree';
  max: number;
  tick: (value: number) => string;
}

function Chart({ title, now, points, dataKey, max, tick }: ChartProps) {
  return (
    <figure className="mm-chart" aria-label={`${title}: ${now}`}>
      <figcaption>
        {title} <strong>{now}</strong>
      </figcaption>
      <ResponsiveContainer width="100%" height={150}>
        <AreaChart data={points} margin={{ top: 4, right: 8, bottom: 0, left: 0 }} accessibilityLayer={false}>
          <CartesianGrid stroke="var(--mm-chart-grid)" vertical={false} />
          <XAxis
            dataKey="at"
            type="number"
            domain={['dataMin', 'dataMax']}
            tickFormatter={(at: number) => format(at, 'HH:mm')}
            tick={{ fill: 'var(--mm-chart-text)', fontSize: 11 }}
            stroke="var(--mm-chart-grid)"
            minTickGap={48}
          />
          <YAxis
            domain={[0, max]}
            ticks={[0, max / 2, max]}
            tickFormatter={tick}
            tick={{ fill: 'var(--mm-chart-text)', fontSize: 11 }}
            stroke="var(--mm-chart-grid)"
            width={64}
          />
          <Tooltip
            isAnimationActive={false}
            labelFormatter={(at) => format(Number(at), 'HH:mm:ss')}
            formatter={(value) => [tick(Number(value)), title]}
            contentStyle={{ background: 'var(--mm-surface)', borderColor: 'var(--mm-border)' }}
          />
          <Area
            dataKey={dataKey}
            type="linear"
            stroke="var(--mm-chart-line)"
            fill="var(--mm-chart-fill)"
            strokeWidth={1.5}
            isAnimationActive={false}
            dot={false}
            connectNulls={false}
          />
        </AreaChart>
      </ResponsiveContainer>
    </figure>
  );
}
