import { guestXml } from '../../lab/guestXml.ts';
import type { Lab } from '../../lab/lab.ts';
import { sharedMountPoint } from '../../lab/names.ts';

/** VMs as resources of Pacemaker: `ocf:heartbeat:VirtualDomain`, as its documentation recommends for shared storage. */
export class VirtualDomains {
  readonly names: readonly string[];
  readonly #lab: Lab;
  readonly #home: string;

  constructor(lab: Lab, home: string, names: readonly string[]) {
    this.#lab = lab;
    this.#home = home;
    this.names = names;
  }

  /** Disks, and definitions where every host can read them. */
  async prepare(): Promise<void> {
    for (const name of this.names) {
      await this.#lab.addVm(this.#home, { name });
      await this.#lab.guests.remove(this.#home, name);
      await this.#lab.exec(this.#home, ['sh', '-c', 'cat >"$1"', 'sh', configOf(name)], {
        stdin: guestXml({ name }),
      });
    }
  }

  async add(): Promise<void> {
    await this.#modify('resources', this.names.map(primitiveXml).join(''));
    await this.#modify(
      'constraints',
      this.names
        .map((name) => `<rsc_location id="${name}-home" rsc="${name}" node="${this.#home}" score="50"/>`)
        .join(''),
    );
  }

  /** Their definitions are gone with them: they were never kept by libvirt. */
  async remove(hosts: readonly string[]): Promise<void> {
    const [host = this.#home] = hosts;
    const paths = ['//rsc_location[contains(@id,"theirs")]', '//primitive[@type="VirtualDomain"]'];
    for (const path of paths)
      await this.#lab.exec(host, ['cibadmin', '--delete-all', '--force', '--xpath', path]);
    for (const each of hosts) {
      for (const name of await this.#lab.guests.list(each, 'running'))
        if (this.names.includes(name)) await this.#lab.run(each, ['virsh', '--quiet', 'destroy', name]);
    }
  }

  async #modify(scope: string, elements: string): Promise<void> {
    const argv = ['cibadmin', '--modify', '--allow-create', '--scope', scope, '--xml-pipe'];
    await this.#lab.exec(this.#home, argv, { stdin: `<${scope}>${elements}</${scope}>` });
  }
}

/** While they are stopped nothing is taken over: what is compared must not work beside each other. */
export async function stopTakeovers(lab: Lab, on: string, stopped: boolean): Promise<void> {
  for (const host of lab.hosts) {
    const resource = ['crm_resource', '--resource', `vmcl-agent-${host.name}`, '--meta'];
    const role = ['--set-parameter', 'target-role', '--parameter-value', stopped ? 'Stopped' : 'Started'];
    await lab.exec(on, [...resource, ...role]);
  }
}

const configOf = (name: string): string => `${sharedMountPoint}/${name}.xml`;

const primitiveXml = (name: string): string => `
  <primitive id="${name}" class="ocf" provider="heartbeat" type="VirtualDomain">
    <instance_attributes id="${name}-set">
      <nvpair id="${name}-config" name="config" value="${configOf(name)}"/>
      <nvpair id="${name}-hypervisor" name="hypervisor" value="qemu:///system"/>
    </instance_attributes>
    <meta_attributes id="${name}-meta">
      <nvpair id="${name}-stickiness" name="resource-stickiness" value="200"/>
    </meta_attributes>
    <operations>
      <op id="${name}-start" name="start" interval="0s" timeout="120s"/>
      <op id="${name}-stop" name="stop" interval="0s" timeout="120s"/>
      <op id="${name}-monitor" name="monitor" interval="30s" timeout="60s"/>
    </operations>
  </primitive>`;
