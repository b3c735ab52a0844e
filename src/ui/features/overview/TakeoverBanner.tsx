import { Alert, AlertActionLink, Button } from '@patternfly/react-core';
import { useState } from 'react';
import { useNow } from '../../components/clock.ts';
import { formatSpan } from '../../components/format.ts';
import { routeHref } from '../../shell/routes.ts';
import { useConsole } from '../../store/ConsoleContext.tsx';
import type { Cluster } from '../../store/selectors/clusters.ts';
import {
  type Failover,
  selectFailovers,
  selectUnfenced,
  type UnfencedHost,
} from '../../store/selectors/takeovers.ts';
import { countsText, stateMeaning, titleOf } from '../history/failoverWords.ts';
import { ConfirmOffDialog } from './ConfirmOffDialog.tsx';

/** Above everything else: a takeover that goes on, or one that cannot begin before a host is fenced. */
export function TakeoverBanner({ cluster }: { cluster: Cluster }) {
  const failovers = useConsole(selectFailovers)[cluster.key] ?? [];
  const unfenced = useConsole(selectUnfenced)[cluster.key] ?? [];
  return (
    <>
      {unfenced.map((host) => (
        <WaitsForFencing key={host.name} cluster={cluster} host={host} />
      ))}
      {failovers
        .filter(({ state }) => state === 'running')
        .map((failover) => (
          <GoingOn key={failover.id} cluster={cluster} failover={failover} />
        ))}
      {failovers
        .slice(0, 1)
        .map((failover) =>
          failover.state === 'interrupted' ? (
            <Interrupted key={failover.id} cluster={cluster} failover={failover} />
          ) : null,
        )}
    </>
  );
}

const unfencedTexts: Record<
  UnfencedHost['fencing'],
  { variant: 'danger' | 'warning'; title: (name: string) => string; body: (name: string) => string }
> = {
  'under-way': {
    variant: 'warning',
    title: (name) => `${name} is lost and is being fenced: its VMs wait`,
    body: (name) =>
      `This takes seconds. Nothing is started elsewhere before it is certain that ${name} is off.`,
  },
  failed: {
    variant: 'danger',
    title: (name) => `${name} is lost, and fencing it has failed: its VMs stay down`,
    body: (name) =>
      `As long as ${name} may still run, starting its VMs elsewhere could destroy their disks. The cluster keeps trying. Switch ${name} off by hand, go and see that it is off, then say so here.`,
  },
  left: {
    variant: 'danger',
    title: (name) => `${name} has left the cluster and may still run: its VMs wait for your word`,
    body: (name) =>
      `Its cluster engine was stopped, but nobody shut ${name} down, so it was not fenced. Start the engine there again. If ${name} is off, say so here, and its VMs are started elsewhere.`,
  },
};

function WaitsForFencing({ cluster, host: { name, fencing } }: { cluster: Cluster; host: UnfencedHost }) {
  const [confirming, setConfirming] = useState(false);
  const { variant, title, body } = unfencedTexts[fencing];
  return (
    <>
      <Alert
        variant={variant}
        isInline
        component="h2"
        title={title(name)}
        actionLinks={
          cluster.id === null ? undefined : (
            <Button
              variant={variant === 'danger' ? 'danger' : 'secondary'}
              size="sm"
              onClick={() => setConfirming(true)}
            >
              I have made certain that {name} is off …
            </Button>
          )
        }
      >
        {body(name)}
      </Alert>
      {confirming && cluster.id !== null ? (
        <ConfirmOffDialog clusterId={cluster.id} host={name} close={() => setConfirming(false)} />
      ) : null}
    </>
  );
}

function GoingOn({ cluster, failover }: { cluster: Cluster; failover: Failover }) {
  const now = useNow();
  return (
    <Alert
      variant="warning"
      isInline
      component="h2"
      title={`${titleOf(failover)} goes on: ${countsText(failover.counts)}`}
      actionLinks={<RecordLink cluster={cluster} id={failover.id} text="Watch it" />}
    >
      {failover.owner} has been carrying it on for {formatSpan(now - failover.begun)}. It goes on by itself,
      also without this console.
    </Alert>
  );
}

function Interrupted({ cluster, failover }: { cluster: Cluster; failover: Failover }) {
  return (
    <Alert
      variant="danger"
      isInline
      component="h2"
      title={`${titleOf(failover)} has not ended: ${countsText(failover.counts)}`}
      actionLinks={<RecordLink cluster={cluster} id={failover.id} text="See how far it came" />}
    >
      {stateMeaning.interrupted}
    </Alert>
  );
}

function RecordLink({ cluster, id, text }: { cluster: Cluster; id: string; text: string }) {
  return (
    <AlertActionLink component="a" href={routeHref({ screen: 'failover', key: cluster.key, id })}>
      {text}
    </AlertActionLink>
  );
}
