import { fails, says, succeeds, type Tool, type ToolRun, valueOf } from '../tool.ts';

const notConnected = 107;

/** What deployment asks of Corosync and Pacemaker. The configuration is kept and given back; what of it counts, the engine does anyway. */
export const engineTools: Record<string, Tool> = {
  'corosync-cmapctl': ({ args, bare, boot, system }) => {
    if (!boot.engineUp) return fails('Failed to initialize the cmap API.');
    if (valueOf(args, '-g') === 'totem.cluster_name') {
      return says(`totem.cluster_name (str) = ${system.config()?.clusterName ?? ''}\n`);
    }
    return says(bare.nodeList(boot.host));
  },

  'corosync-cfgtool': () => succeeds,

  crm_mon: (run) => (run.boot.engineUp ? says(monitorXml(run)) : fails('Connection refused', notConnected)),

  crm_resource: () => succeeds,

  crm_attribute: ({ args, bare, boot }) => {
    if (!boot.engineUp) return fails('Could not connect to the CIB manager', notConnected);
    bare.setProperty(boot.host, valueOf(args, '--name') ?? '', valueOf(args, '--update') ?? '');
    return succeeds;
  },

  /** Any configuration will do. */
  crm_verify: () => succeeds,

  cibadmin: ({ args, bare, cluster, boot, system }) => {
    if (!boot.engineUp) return fails('Could not connect to the CIB manager', notConnected);
    if (args.includes('--query')) return says(bare.cib(boot.host));
    const content = system.at(valueOf(args, '--xml-file') ?? '')?.bytes.toString('utf8');
    if (!args.includes('--modify') || content === undefined) {
      return fails('cibadmin: an embedded host can only give its configuration, or take a whole one', 64);
    }
    bare.configure(content);
    cluster.engine.settle();
    return succeeds;
  },
};

function monitorXml({ cluster, boot }: ToolRun): string {
  const { engine } = cluster;
  const seen = engine.membersSeenBy(boot);
  const names = [...cluster.hosts.keys()];
  const nodes = names.map((name) => {
    const online = seen.includes(name);
    return `<node name="${name}" online="${online}" pending="false" unclean="${engine.lossOf(boot, name).state === 'unfenced'}"/>`;
  });
  const groups = names.map((home) => {
    const placement = engine.groups.placement(home);
    const on = placement?.state === 'started' ? placement.on?.host : undefined;
    const resources = [`quorum-disk-${home}`, `vmcl-agent-${home}`].map((id) =>
      on === undefined
        ? `<resource id="${id}" role="Stopped" failed="false"/>`
        : `<resource id="${id}" role="Started" failed="false"><node name="${on}"/></resource>`,
    );
    return `<group id="vmcl-${home}">${resources.join('')}</group>`;
  });
  const failures = engine.groups.failures.map(
    ({ resource, node, reason }) =>
      `<failure op_key="${resource}_start_0" node="${node}" task="start" exitreason="${escaped(reason)}"/>`,
  );
  return `<pacemaker-result><nodes>${nodes.join('')}</nodes><resources>${groups.join('')}</resources><failures>${failures.join('')}</failures></pacemaker-result>`;
}

function escaped(text: string): string {
  return text.replace(/[<>&"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
