import type { Fencing } from '../../../contract/clusterState.ts';
import { Age } from '../../components/Age.tsx';
import { Panel } from '../../components/Panel.tsx';
import { StaleBadge } from '../../components/StaleBadge.tsx';
import { Status, type Tone } from '../../components/Status.tsx';
import type { Cluster } from '../../store/selectors/clusters.ts';

const methods: Record<Fencing['method'], string> = {
  'sbd-disk': 'SBD with a poison-pill disk',
  'sbd-watchdog': 'SBD without a disk (watchdog)',
  agent: 'Fence agent',
  none: 'none',
};

const outcomeTone: Record<Fencing['history'][number]['outcome'], Tone> = {
  success: 'ok',
  failed: 'error',
  pending: 'working',
};

/** Fencings shown; the host tells of up to twenty. */
const SHOWN = 5;

export function FencingPanel({ cluster }: { cluster: Cluster }) {
  const { fencing } = cluster.view;
  const live = cluster.viewFrom.freshness === 'live';
  return (
    <Panel title="Fencing" summary={live ? null : <StaleBadge since={cluster.viewFrom.staleSince} />}>
      <dl className="mm-pairs">
        <dt>Method</dt>
        <dd>
          <Status tone={methodTone(fencing, live)}>
            {methods[fencing.method]}
            {fencing.enabled ? '' : ' (switched off)'}
          </Status>
        </dd>
        {fencing.agents.length === 0 ? null : (
          <>
            <dt>Agents</dt>
            <dd>{fencing.agents.join(', ')}</dd>
          </>
        )}
        <dt>Watchdog</dt>
        <dd>
          {fencing.watchdog.device ?? 'none'}
          {fencing.watchdog.timeoutS === undefined ? '' : `, ${fencing.watchdog.timeoutS} s`}
        </dd>
      </dl>
      {fencing.devices.map((device) => (
        <PoisonPillDisk key={device.path} device={device} live={live} />
      ))}
      <h3 className="mm-subhead">Fencing history</h3>
      <History history={fencing.history} />
    </Panel>
  );
}

function methodTone(fencing: Fencing, live: boolean): Tone {
  if (!live) return 'unknown';
  return fencing.method !== 'none' && fencing.enabled ? 'ok' : 'error';
}

function PoisonPillDisk({ device, live }: { device: Fencing['devices'][number]; live: boolean }) {
  return (
    <div className="mm-poison">
      <Status tone={live ? (device.readable ? 'ok' : 'error') : 'unknown'}>
        <span className="mm-code">{device.path}</span> {device.readable ? '' : 'cannot be read'}
      </Status>
      <ul className="mm-slots" aria-label={`Slots of ${device.path}`}>
        {device.slots.map((slot) => (
          <li key={slot.host}>
            <Status tone={slot.message === 'clear' ? (live ? 'ok' : 'unknown') : 'warning'}>
              {slot.host}: {slot.message}
            </Status>
          </li>
        ))}
      </ul>
    </div>
  );
}

function History({ history }: { history: Fencing['history'] }) {
  if (history.length === 0) return <p className="mm-dim">No host of this cluster has been fenced.</p>;
  return (
    <ul className="mm-lines">
      {history.slice(0, SHOWN).map((entry) => (
        <li key={`${entry.target}-${entry.at ?? ''}-${entry.action}-${entry.outcome}`}>
          <Status tone={outcomeTone[entry.outcome]}>
            {entry.target} {entry.action}: {entry.outcome}
          </Status>{' '}
          <span className="mm-dim">
            {entry.at === undefined ? null : <Age at={entry.at} />}
            {entry.client === undefined ? '' : `, by ${entry.client}`}
          </span>
        </li>
      ))}
      {history.length > SHOWN ? <li className="mm-dim">{history.length - SHOWN} earlier</li> : null}
    </ul>
  );
}
