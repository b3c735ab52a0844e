/** What an embedded host can install, with versions as in Debian 12: names alone, and the tools that come with them. */
export const available: Record<
  string,
  { version: string; tools: readonly string[]; units: readonly string[] }
> = {
  corosync: {
    version: '3.1.7-1',
    tools: ['corosync-cmapctl', 'corosync-cfgtool'],
    units: ['corosync.service'],
  },
  pacemaker: { version: '2.1.5-1', tools: [], units: ['pacemaker.service'] },
  'pacemaker-cli-utils': {
    version: '2.1.5-1',
    tools: ['crm_attribute', 'crm_mon', 'crm_resource', 'crm_verify', 'cibadmin'],
    units: [],
  },
  sbd: { version: '1.5.1-1', tools: ['sbd'], units: ['sbd.service'] },
  'fence-agents': { version: '4.12.1-1', tools: [], units: [] },
  nodejs: { version: '18.19.0', tools: [], units: [] },
  'openssh-server': { version: '1:9.2p1-2', tools: ['ssh-keygen'], units: ['ssh.service'] },
};

export const installedFromTheStart = ['openssh-server'];

/** The package that this tool comes with; undefined: it is there anyway, or never. */
export function packageOf(tool: string): string | undefined {
  return Object.entries(available).find(([, { tools }]) => tools.includes(tool))?.[0];
}
