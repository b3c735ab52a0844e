import { formatLatency } from '../../components/format.ts';
import { Panel } from '../../components/Panel.tsx';
import { StaleBadge } from '../../components/StaleBadge.tsx';
import { Status, StatusIcon } from '../../components/Status.tsx';
import type { Cluster } from '../../store/selectors/clusters.ts';
import {
  type HeartbeatRow,
  heartbeatRows,
  type LinkReading,
  linkSummaries,
} from '../../store/selectors/heartbeat.ts';

/** Beyond this many hosts a matrix tells less than a line per link. */
const MATRIX_HOSTS = 8;

export function HeartbeatPanel({ cluster }: { cluster: Cluster }) {
  const matrix = cluster.hosts.length <= MATRIX_HOSTS;
  const transport = cluster.view.transport === undefined ? '' : `${cluster.view.transport}, `;
  return (
    <Panel
      title="Heartbeat links"
      summary={<span className="mm-dim">{transport}average / worst latency in ms</span>}
    >
      {matrix ? <Matrix cluster={cluster} /> : null}
      <Summaries cluster={cluster} withFigures={!matrix} />
    </Panel>
  );
}

function Matrix({ cluster }: { cluster: Cluster }) {
  const rows = heartbeatRows(cluster);
  return (
    <div className="mm-scroll-x" tabIndex={0} role="region" aria-label="Heartbeat links, host by host">
      <table className="mm-matrix">
        <caption className="pf-v6-screen-reader">
          What each host in a row says of its links to the host in a column: connected or not, latency
        </caption>
        <thead>
          <tr>
            <th scope="col">from \ to</th>
            {cluster.hosts.map(({ name }) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <MatrixRow key={row.from} row={row} width={cluster.hosts.length} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function MatrixRow({ row, width }: { row: HeartbeatRow; width: number }) {
  return (
    <tr className={row.live ? '' : 'mm-stale'}>
      <th scope="row">
        {row.from}
        {row.live || row.cells === null ? null : (
          <div>
            <StaleBadge since={row.staleSince} />
          </div>
        )}
      </th>
      {row.cells === null ? (
        <td colSpan={width} className="mm-dim">
          has told nothing of its links
        </td>
      ) : (
        row.cells.map((cell) => (
          <td key={cell.peer}>
            {cell.peer === row.from ? (
              <span className="mm-dim" aria-label="itself">
                –
              </span>
            ) : (
              cell.links.map((reading) => <Reading key={reading.link} of={reading} live={row.live} />)
            )}
          </td>
        ))
      )}
    </tr>
  );
}

function Reading({ of: { link, reading }, live }: { of: LinkReading; live: boolean }) {
  const connected = reading?.connected === true;
  const tone = reading === null || !live ? 'unknown' : connected ? 'ok' : 'error';
  const word = reading === null ? 'no reading' : connected ? 'connected' : 'down';
  return (
    <div className="mm-reading">
      <span className="mm-dim">{link}</span>
      <StatusIcon tone={tone} label={`link ${link} ${live ? '' : 'last known '}${word}`} />
      <span>
        {reading?.latencyUs === undefined ? (
          word
        ) : (
          <>
            {formatLatency(reading.latencyUs).replace(' ms', '')}
            {reading.latencyMaxUs === undefined
              ? ''
              : ` / ${formatLatency(reading.latencyMaxUs).replace(' ms', '')}`}
          </>
        )}
      </span>
    </div>
  );
}

/** A line per link. Names at most this many broken pairs. */
const NAMED = 6;

function Summaries({ cluster, withFigures }: { cluster: Cluster; withFigures: boolean }) {
  return (
    <ul className="mm-lines">
      {linkSummaries(cluster).map(({ link, connected, total, averageUs, worstUs, down }) => (
        <li key={link}>
          <Status tone={total === 0 ? 'unknown' : connected === total ? 'ok' : 'error'}>
            Link {link}: {connected} of {total} connections up
            {withFigures && averageUs !== null ? `, ${formatLatency(averageUs)} on average` : ''}
            {withFigures && worstUs !== null ? `, ${formatLatency(worstUs)} at worst` : ''}
          </Status>
          {down.length === 0 ? null : (
            <div className="mm-indent">
              down:{' '}
              {down
                .slice(0, NAMED)
                .map(({ from, to }) => `${from} → ${to}`)
                .join(', ')}
              {down.length > NAMED ? ` and ${down.length - NAMED} more` : ''}
            </div>
          )}
        </li>
      ))}
    </ul>
  );
}
