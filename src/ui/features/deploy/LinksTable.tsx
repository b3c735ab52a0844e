import { Button } from '@patternfly/react-core';
import { PlusCircleIcon, TrashIcon } from '@patternfly/react-icons';
import { CellInput } from '../../components/CellInput.tsx';
import { useConsole } from '../../store/ConsoleContext.tsx';
import { useDeploy, useEditDraft } from './DeployContext.tsx';
import { commonNetworks } from './defaults/networks.ts';
import { type DeployDraft, touch } from './draft.ts';
import { fieldNames } from './toSpec.ts';

const LINKS = 8;

/** A row per host: its node name, and its address on each link. */
export function LinksTable({ problems }: { problems: Record<string, string> }) {
  const draft = useDeploy((state) => state.draft);
  const facts = useDeploy((state) => state.facts);
  const entries = useConsole((state) => state.entries);
  const edit = useEditDraft();
  const addressOf = (id: string) => entries[id]?.address ?? id;
  const unused = commonNetworks(
    draft.hostIds.flatMap((id) => facts[id] ?? []),
    [],
  ).filter(({ addresses }) => !draft.links.some((link) => sameAddresses(link.addresses, addresses)));
  const add = (addresses: Record<string, string>) =>
    edit((before) =>
      touch({ ...before, links: [...before.links, { id: crypto.randomUUID(), addresses }] }, 'links'),
    );
  return (
    <div className="mm-stack">
      <div className="mm-scroll-x">
        <table className="mm-fields-table">
          <thead>
            <tr>
              <th scope="col">Host</th>
              <th scope="col">Node name</th>
              {draft.links.map((link, index) => (
                <th key={link.id} scope="col">
                  Link {index}{' '}
                  <Button
                    variant="plain"
                    size="sm"
                    icon={<TrashIcon />}
                    aria-label={`Remove link ${index}`}
                    onClick={() => edit((before) => removeLink(before, link.id))}
                  />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {draft.hostIds.map((id) => (
              <tr key={id}>
                <th scope="row">{addressOf(id)}</th>
                <td>
                  <CellInput
                    label={`Node name of ${addressOf(id)}`}
                    value={draft.nodeNames[id] ?? ''}
                    problem={problems[fieldNames.nodeName(id)]}
                    onChange={(name) =>
                      edit((before) =>
                        touch({ ...before, nodeNames: { ...before.nodeNames, [id]: name } }, 'nodeNames'),
                      )
                    }
                  />
                </td>
                {draft.links.map((link, index) => (
                  <td key={link.id}>
                    <CellInput
                      label={`Address of ${addressOf(id)} on link ${index}`}
                      value={link.addresses[id] ?? ''}
                      problem={problems[fieldNames.linkAddress(index, id)]}
                      suggestions={facts[id]?.addresses.map(({ address }) => address) ?? []}
                      onChange={(address) => edit((before) => setAddress(before, link.id, id, address))}
                    />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {problems.links === undefined ? null : <div className="mm-field-problem">{problems.links}</div>}
      {draft.links.length >= LINKS ? null : (
        <div className="mm-bar">
          {unused.map(({ network, interface: name, addresses }) => (
            <Button
              key={network}
              variant="secondary"
              size="sm"
              icon={<PlusCircleIcon />}
              onClick={() => add(addresses)}
            >
              Add link on {network}
              {name === null ? '' : ` (${name})`}
            </Button>
          ))}
          <Button variant="secondary" size="sm" icon={<PlusCircleIcon />} onClick={() => add({})}>
            Add another link
          </Button>
        </div>
      )}
    </div>
  );
}

function sameAddresses(a: Record<string, string>, b: Record<string, string>): boolean {
  return Object.entries(b).every(([id, address]) => a[id] === address);
}

function removeLink(draft: DeployDraft, id: string): DeployDraft {
  return touch({ ...draft, links: draft.links.filter((link) => link.id !== id) }, 'links');
}

function setAddress(draft: DeployDraft, linkId: string, hostId: string, address: string): DeployDraft {
  const links = draft.links.map((link) =>
    link.id === linkId ? { ...link, addresses: { ...link.addresses, [hostId]: address } } : link,
  );
  return touch({ ...draft, links }, 'links');
}
