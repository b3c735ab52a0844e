import { Checkbox, FormGroup, FormSelect, FormSelectOption, Radio } from '@patternfly/react-core';
import { useState } from 'react';
import type { Policy } from '../../../../contract/policy.ts';
import { Dialog } from '../Dialog.tsx';
import type { Change } from '../model/change.ts';
import { someNames } from '../words.ts';

interface VmRulesDialogProps {
  policy: Policy;
  vms: string[];
  hosts: string[];
  nameOf: (uuid: string) => string;
  change: (change: Change) => void;
  close: () => void;
}

/** One value for all, or `mixed`, which is left alone unless the admin chooses one. */
const common = (values: string[]) => (new Set(values).size === 1 ? (values[0] ?? '') : 'mixed');

/** The rules of one or more VMs. What differs among them stays as it is unless it is set here. */
export function VmRulesDialog({ policy, vms, hosts, nameOf, change, close }: VmRulesDialogProps) {
  const rules = vms.map((uuid) => policy.rules.vms[uuid] ?? {});
  const before = {
    restart: common(rules.map(({ restart }) => restart ?? 'restart')),
    allowed: common(
      rules.map(({ allowedHosts }) =>
        allowedHosts === undefined ? 'any' : allowedHosts.toSorted().join('\n'),
      ),
    ),
    preferred: common(rules.map(({ preferredHost }) => preferredHost ?? '')),
  };
  const [restart, setRestart] = useState(before.restart);
  const [preferred, setPreferred] = useState(before.preferred);
  const [limited, setLimited] = useState(
    before.allowed === 'any' ? 'any' : before.allowed === 'mixed' ? 'mixed' : 'only',
  );
  const [allowed, setAllowed] = useState<string[]>(
    before.allowed === 'any' || before.allowed === 'mixed'
      ? hosts
      : before.allowed.split('\n').filter((host) => host !== ''),
  );
  // A host that left the cluster may still be named.
  const known = [
    ...new Set([...hosts, ...allowed, ...(preferred === '' || preferred === 'mixed' ? [] : [preferred])]),
  ];
  const submit = () => {
    if (restart !== before.restart && (restart === 'restart' || restart === 'leave-down'))
      change({ kind: 'set-restart', vms, restart });
    const now = limited === 'only' ? allowed.toSorted().join('\n') : limited;
    if (now !== before.allowed && limited !== 'mixed')
      change({
        kind: 'set-allowed',
        vms,
        hosts: limited === 'any' ? null : known.filter((host) => allowed.includes(host)),
      });
    if (preferred !== before.preferred && preferred !== 'mixed')
      change({ kind: 'set-preferred', vms, host: preferred === '' ? null : preferred });
    close();
  };
  const nowhere = limited === 'only' && allowed.length === 0;
  return (
    <Dialog
      title={`Rules of ${someNames(vms.map(nameOf))}`}
      action="Set rules"
      problem={nowhere ? 'Allow at least one host, or choose to leave it down.' : null}
      onSubmit={submit}
      close={close}
    >
      <FormGroup role="radiogroup" label="When its host fails" fieldId="rule-restart">
        {before.restart === 'mixed' ? (
          <Radio
            id="rule-restart-mixed"
            name="rule-restart"
            label="As it is (differs among them)"
            isChecked={restart === 'mixed'}
            onChange={() => setRestart('mixed')}
          />
        ) : null}
        <Radio
          id="rule-restart-yes"
          name="rule-restart"
          label="Restart it on another host"
          isChecked={restart === 'restart'}
          onChange={() => setRestart('restart')}
        />
        <Radio
          id="rule-restart-no"
          name="rule-restart"
          label="Leave it down"
          isChecked={restart === 'leave-down'}
          onChange={() => setRestart('leave-down')}
        />
      </FormGroup>
      <FormGroup role="radiogroup" label="It may be started on" fieldId="rule-allowed">
        {before.allowed === 'mixed' ? (
          <Radio
            id="rule-allowed-mixed"
            name="rule-allowed"
            label="As it is (differs among them)"
            isChecked={limited === 'mixed'}
            onChange={() => setLimited('mixed')}
          />
        ) : null}
        <Radio
          id="rule-allowed-any"
          name="rule-allowed"
          label="Any host"
          isChecked={limited === 'any'}
          onChange={() => setLimited('any')}
        />
        <Radio
          id="rule-allowed-only"
          name="rule-allowed"
          label="Only these hosts"
          isChecked={limited === 'only'}
          onChange={() => setLimited('only')}
          body={
            limited === 'only' ? (
              <div className="mm-prio-checks">
                {known.map((host) => (
                  <Checkbox
                    key={host}
                    id={`rule-allowed-${host}`}
                    label={host}
                    isChecked={allowed.includes(host)}
                    onChange={(_event, checked) =>
                      setAllowed(checked ? [...allowed, host] : allowed.filter((other) => other !== host))
                    }
                  />
                ))}
              </div>
            ) : null
          }
        />
      </FormGroup>
      <FormGroup label="Preferred host" fieldId="rule-preferred">
        <FormSelect id="rule-preferred" value={preferred} onChange={(_event, value) => setPreferred(value)}>
          {before.preferred === 'mixed' ? (
            <FormSelectOption value="mixed" label="As it is (differs among them)" />
          ) : null}
          <FormSelectOption value="" label="None" />
          {known.map((host) => (
            <FormSelectOption key={host} value={host} label={host} />
          ))}
        </FormSelect>
      </FormGroup>
    </Dialog>
  );
}
