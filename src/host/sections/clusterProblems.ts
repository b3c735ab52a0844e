import { lastFencing } from '../../contract/clusterState.ts';
import type { Finding } from '../../contract/finding.ts';
import type { EngineState, EngineTrouble, ResourceFailure } from '../ports/clusterEngine.ts';

/** What is wrong with the cluster right now, as this host sees it. Pure. */
export function clusterProblems(state: EngineState, self: string): Finding[] {
  if (state.engine === 'none') return [];
  return [
    ...state.trouble.map((trouble) => judgeTrouble(trouble, self)),
    ...(state.engine === 'stopped' ? [engineStopped(self)] : []),
    ...(state.engine === 'running' ? judgeRunning(state, self) : []),
  ];
}

function judgeRunning(state: EngineState, self: string): Finding[] {
  return [
    ...(state.quorate ? [] : [notQuorate(state)]),
    ...judgeMembers(state),
    ...judgeLinks(state, self),
    ...judgeFencing(state, self),
    ...state.failures.map(failedAction),
    ...judgePlacements(state),
    ...judgeVirtualIps(state),
  ];
}

const causes: Record<EngineTrouble['part'], { id: string; title: string; remedy: string }> = {
  'corosync.conf': {
    id: 'corosync-conf-unparsable',
    title: 'corosync.conf on this host cannot be understood.',
    remedy: 'Correct the line, or deploy again. A running Corosync goes on with what it read before.',
  },
  corosync: {
    id: 'corosync-no-answer',
    title: 'Corosync does not answer as it should.',
    remedy: 'Look at journalctl -u corosync.',
  },
  pacemaker: {
    id: 'pacemaker-no-answer',
    title: 'Pacemaker does not answer as it should.',
    remedy: 'Look at journalctl -u pacemaker.',
  },
  sbd: {
    id: 'sbd-no-answer',
    title: 'SBD does not answer as it should.',
    remedy: 'Look at journalctl -u sbd.',
  },
};

function judgeTrouble({ part, message }: EngineTrouble, host: string): Finding {
  const { id, title, remedy } = causes[part];
  return { id, severity: 'error', host, title, cause: message, remedy };
}

const engineStopped = (host: string): Finding => ({
  id: 'engine-stopped',
  severity: 'error',
  host,
  title: 'The cluster engine is not running on this host.',
  cause: 'Corosync is configured but does not answer.',
  remedy: 'Start it: systemctl start pacemaker. journalctl -u corosync tells why it stopped.',
});

function notQuorate({ votes }: EngineState): Finding {
  const cause =
    votes === undefined
      ? undefined
      : `${votes.total} of ${votes.expected} votes; ${votes.needed} are needed.`;
  return {
    id: 'not-quorate',
    severity: 'error',
    title: 'This part of the cluster has no quorum: it takes nothing over and starts nothing.',
    remedy: 'Bring back hosts or the links to them.',
    ...(cause === undefined ? {} : { cause }),
  };
}

function judgeMembers({ members }: EngineState): Finding[] {
  return members.flatMap(({ name, online, pacemaker }): Finding[] => {
    if (pacemaker?.state === 'unclean') {
      return [
        {
          id: 'member-unclean',
          severity: 'error',
          host: name,
          title: `${name} is unclean: it has to be fenced.`,
          cause: online ? 'A failed operation on it put its state in doubt.' : 'It left without a word.',
          remedy: 'If fencing does not go through, look at the fencing history.',
        },
      ];
    }
    if (!online) {
      return [
        {
          id: 'member-offline',
          severity: 'error',
          host: name,
          title: `${name} is not in the cluster.`,
          cause: 'It is off, its cluster engine is stopped, or no link reaches it.',
          remedy: `Start ${name}, or its cluster engine.`,
        },
      ];
    }
    if (pacemaker === undefined || pacemaker.state === 'online') return [];
    return [judgeMode(name, pacemaker.state)];
  });
}

function judgeMode(host: string, state: 'offline' | 'pending' | 'standby' | 'maintenance'): Finding {
  const titles = {
    offline: `Pacemaker does not run on ${host}.`,
    pending: `${host} is joining the cluster.`,
    standby: `${host} is in standby: it takes nothing over.`,
    maintenance: `${host} is in maintenance: the cluster leaves it alone.`,
  };
  const severity = state === 'offline' ? 'error' : state === 'pending' ? 'info' : 'warning';
  return { id: `member-${state}`, severity, host, title: titles[state] };
}

/** A link to a host that is not there at all is no news beside that. */
function judgeLinks({ links, members }: EngineState, self: string): Finding[] {
  const online = new Set(members.filter((member) => member.online).map(({ name }) => name));
  return links.flatMap(({ link, localAddress, peers }) =>
    peers
      .filter(({ peer, connected }) => !connected && online.has(peer))
      .map(({ peer }) => ({
        id: 'link-down',
        severity: 'warning' as const,
        host: self,
        subject: `link ${link}`,
        title: `Heartbeat link ${link} between ${self} and ${peer} is down.`,
        cause: `No answer from ${peer} to ${localAddress} on this link; the other links carry the heartbeat.`,
        remedy: `Check cables, switch and firewall of link ${link} at ${self} and ${peer}.`,
      })),
  );
}

function judgeFencing({ fencing, members }: EngineState, self: string): Finding[] {
  const problems: Finding[] = [];
  if (!fencing.enabled) {
    problems.push({
      id: 'fencing-disabled',
      severity: 'error',
      title: 'Fencing is switched off: no takeover can be safe.',
      cause: 'The cluster property stonith-enabled is not true.',
      remedy: 'Set it to true, and test fencing.',
    });
  } else if (fencing.method === 'none') {
    problems.push({
      id: 'fencing-missing',
      severity: 'error',
      title: 'No fence method is configured: a failed host could not be taken over.',
      remedy: 'Deploy again with a fence method.',
    });
  }
  const names = new Set(members.map(({ name }) => name));
  for (const { path, readable, slots } of fencing.devices) {
    if (!readable) {
      problems.push({
        id: 'poison-pill-unreadable',
        severity: 'error',
        host: self,
        subject: path,
        title: `The poison-pill disk ${path} cannot be read.`,
        cause: 'It is gone, does not answer, or holds no SBD header.',
        remedy: 'Check the storage; without this disk a host cannot be fenced through it.',
      });
    }
    for (const { host, message } of slots) {
      if (message === 'clear' || !names.has(host)) continue;
      problems.push({
        id: 'poison-pill-pending',
        severity: 'warning',
        host,
        subject: path,
        title: `A poison pill (${message}) waits for ${host} on ${path}.`,
        cause: 'It has not been read yet, or the host did not come back after it.',
        remedy: `Once ${host} is known to have rebooted: sbd -d ${path} message ${host} clear.`,
      });
    }
  }
  for (const name of names) {
    if (lastFencing(fencing.history, name)?.outcome !== 'failed') continue;
    problems.push({
      id: 'fencing-failed',
      severity: 'error',
      host: name,
      title: `${name} could not be fenced.`,
      cause: 'The fence device gave an error or no answer.',
      remedy: 'Repair the fence device; or, if the host is certainly off, stonith_admin --confirm.',
    });
  }
  return problems;
}

const failedAction = ({ resource, operation, node, reason }: ResourceFailure): Finding => ({
  id: 'resource-failed',
  severity: 'error',
  host: node,
  subject: resource,
  title: `${operation} of ${resource} failed on ${node}.`,
  cause: reason,
  remedy: `When the cause is gone: crm_resource --cleanup --resource ${resource}.`,
});

function judgePlacements({ quorumDisks }: EngineState): Finding[] {
  return quorumDisks
    .filter(({ home, mountedOn, state }) => state !== 'mounted' || mountedOn !== home)
    .map(({ home, mountedOn, state, failure }) => ({
      id: mountedOn === null ? 'quorum-disk-not-mounted' : 'quorum-disk-not-home',
      severity: mountedOn === null ? ('error' as const) : ('warning' as const),
      host: home,
      subject: `quorum-disk-${home}`,
      title:
        mountedOn === null
          ? `The quorum disk of ${home} is mounted nowhere.`
          : `The quorum disk of ${home} is mounted on ${mountedOn}, not at home.`,
      cause: failure ?? (mountedOn === null ? `Its resource is ${state}.` : `${home} could not hold it.`),
      remedy:
        mountedOn === null
          ? 'Look at the failed operations of its resource.'
          : `It goes home by itself when ${home} is back in the cluster.`,
    }));
}

/** While a host is being fenced nobody can say yet; that is told already. */
function judgeVirtualIps({ virtualIps, quorate }: EngineState): Finding[] {
  if (!quorate) return [];
  return virtualIps.flatMap(({ name, address, on, state, preferredHost, failure }): Finding[] => {
    if (state === 'failed' || state === 'stopped') {
      return [
        {
          id: 'virtual-ip-down',
          severity: 'error',
          subject: name,
          title: `The virtual IP ${name} (${address}) is on no host.`,
          cause: failure ?? 'Its resource is stopped.',
          remedy: `See that the hosts have its network; then: crm_resource --cleanup --resource virtual-ip-${name}.`,
        },
      ];
    }
    if (on === null || preferredHost === undefined || on === preferredHost) return [];
    return [
      {
        id: 'virtual-ip-away',
        severity: 'info',
        subject: name,
        title: `The virtual IP ${name} is on ${on}, not on ${preferredHost}.`,
        remedy: `It goes back by itself when ${preferredHost} can have it.`,
      },
    ];
  });
}
