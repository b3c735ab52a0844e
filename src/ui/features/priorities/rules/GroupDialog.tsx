import { Checkbox, FormGroup, Radio, SearchInput } from '@patternfly/react-core';
import { useState } from 'react';
import type { GroupRule, Policy } from '../../../../contract/policy.ts';
import { TextField } from '../../../components/TextField.tsx';
import { matches } from '../../vms/vmList.ts';
import { Dialog } from '../Dialog.tsx';
import type { Change } from '../model/change.ts';
import type { ClusterVms } from '../useClusterVms.ts';

interface GroupDialogProps {
  policy: Policy;
  /** The rule that is edited, or what a new one begins with. */
  group: GroupRule;
  isNew: boolean;
  vms: ClusterVms;
  change: (change: Change) => string | null;
  close: () => void;
}

/** More VMs than this are not offered at once: a search narrows them down. */
const MOST = 60;

const byName = new Intl.Collator('en', { numeric: true });

/** A rule that keeps VMs together or apart. */
export function GroupDialog({ policy, group, isNew, vms, change, close }: GroupDialogProps) {
  const [name, setName] = useState(group.name);
  const [kind, setKind] = useState(group.kind);
  const [members, setMembers] = useState(group.vms);
  const [filter, setFilter] = useState('');
  const trimmed = name.trim();
  const taken = policy.rules.groups.some(
    (other) => other.name === trimmed && (isNew || other.name !== group.name),
  );
  const problem = taken
    ? `There is a rule ${trimmed} already.`
    : members.length < 2
      ? 'A rule needs at least two VMs.'
      : trimmed === ''
        ? 'A rule needs a name.'
        : null;
  const submit = () => {
    const next = { name: trimmed, kind, vms: members };
    change(isNew ? { kind: 'add-group', group: next } : { kind: 'set-group', name: group.name, group: next });
    close();
  };
  const chosen = new Set(members);
  // Those that were chosen when the dialog opened stand first; the order does not move under the hand.
  const first = new Set(group.vms);
  const known = new Set(vms.rows.map(({ uuid }) => uuid));
  const unseen = group.vms.filter((uuid) => !known.has(uuid));
  const offered = vms.rows
    .filter((row) => matches(row, filter))
    .sort((a, b) => Number(first.has(b.uuid)) - Number(first.has(a.uuid)) || byName.compare(a.name, b.name))
    .map(({ uuid }) => uuid);
  const shown = [...unseen, ...offered].slice(0, MOST);
  const more = unseen.length + offered.length - shown.length;
  return (
    <Dialog
      title={isNew ? 'New rule' : `Rule ${group.name}`}
      action={isNew ? 'Add' : 'Change'}
      problem={problem}
      onSubmit={submit}
      close={close}
      size="medium"
    >
      <TextField label="Name" value={name} isRequired onChange={setName} />
      <FormGroup role="radiogroup" label="Its VMs" fieldId="group-kind">
        <Radio
          id="group-apart"
          name="group-kind"
          label="keep apart: no two of them on one host"
          isChecked={kind === 'keep-apart'}
          onChange={() => setKind('keep-apart')}
        />
        <Radio
          id="group-together"
          name="group-kind"
          label="keep together: those that run share one host"
          isChecked={kind === 'keep-together'}
          onChange={() => setKind('keep-together')}
        />
      </FormGroup>
      <FormGroup role="group" label={`VMs (${members.length} chosen)`} fieldId="group-vms">
        <SearchInput
          aria-label="Find a VM by name, host or uuid"
          placeholder="Name, host or uuid"
          value={filter}
          onChange={(_event, value) => setFilter(value)}
          onClear={() => setFilter('')}
        />
        <div
          className="mm-prio-checks mm-prio-members"
          tabIndex={0}
          role="region"
          aria-label="VMs to choose, scrollable"
        >
          {shown.map((uuid) => (
            <Checkbox
              key={uuid}
              id={`member-${uuid}`}
              label={vms.nameOf(uuid)}
              isChecked={chosen.has(uuid)}
              onChange={(_event, checked) =>
                setMembers(checked ? [...members, uuid] : members.filter((other) => other !== uuid))
              }
            />
          ))}
          {more > 0 ? <span className="mm-dim">{more} more: search for them</span> : null}
        </div>
      </FormGroup>
    </Dialog>
  );
}
