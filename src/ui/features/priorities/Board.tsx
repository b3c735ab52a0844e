import { Tab, Tabs, TabTitleText } from '@patternfly/react-core';
import { memo, useMemo, useState } from 'react';
import type { Cluster } from '../../store/selectors/clusters.ts';
import { PriorityList } from './list/PriorityList.tsx';
import { placeText } from './list/placeText.ts';
import type { Carry } from './list/useOrderList.ts';
import { applyChange } from './model/applyChange.ts';
import { RulesTab } from './rules/RulesTab.tsx';
import { TakeoverTab } from './settings/TakeoverTab.tsx';
import { ThresholdsTab } from './settings/ThresholdsTab.tsx';
import type { ClusterVms } from './useClusterVms.ts';
import type { Priorities } from './usePriorities.ts';
import { failedHosts, runningByHost } from './whatif/failedHosts.ts';
import { useForecast } from './whatif/useForecast.ts';
import { WhatIfPanel } from './whatif/WhatIfPanel.tsx';
import { vmsText } from './words.ts';

interface BoardProps {
  cluster: Cluster;
  priorities: Priorities;
  vms: ClusterVms;
  readOnly: boolean;
}

const PANEL = 'mm-prio-tabpanel';

const tabs = { order: 'Restart order', rules: 'Rules', thresholds: 'Thresholds', takeover: 'Takeover' };
type TabName = keyof typeof tabs;

/** The policy to be edited, and beside it what it would mean. Apart from the rest of the screen, which need not follow a drag. */
export function Board({ cluster, priorities, vms, readOnly }: BoardProps) {
  const { policy, inForce, edited, state, actions } = priorities;
  const [tab, setTab] = useState<TabName>('order');
  const [carry, setCarry] = useState<Carry | null>(null);
  const hosts = useMemo(() => cluster.hosts.map(({ name }) => name), [cluster.hosts]);
  const running = useMemo(() => runningByHost(vms.rows), [vms.rows]);
  const failed = useMemo(() => failedHosts(state.failed, hosts, running), [state.failed, hosts, running]);
  const carriedTo = carry?.change ?? null;
  const preview = useMemo(() => {
    if (carriedTo === null) return policy;
    const applied = applyChange(policy, carriedTo);
    return 'policy' in applied ? applied.policy : policy;
  }, [policy, carriedTo]);
  const whatIf = useForecast(cluster.id, preview, inForce.policy, failed);
  const about =
    carry === null || carriedTo === null
      ? edited
        ? 'With your draft:'
        : 'With the policy in force:'
      : `With ${vmsText(carry.vms, vms.nameOf)} in ${placeText(carriedTo, vms.nameOf)}:`;
  return (
    <div className="mm-prio-screen">
      <div className="mm-panel mm-prio-main">
        <TabStrip tab={tab} setTab={setTab} />
        <section id={PANEL} role="tabpanel" aria-label={tabs[tab]} className="mm-prio-tabpanel">
          {tab === 'order' ? (
            <PriorityList
              policy={policy}
              vms={vms}
              hosts={hosts}
              outcomes={whatIf.outcomes}
              failed={failed}
              readOnly={readOnly}
              carry={carry}
              setCarry={setCarry}
              change={actions.change}
            />
          ) : tab === 'rules' ? (
            <RulesTab policy={policy} vms={vms} hosts={hosts} readOnly={readOnly} change={actions.change} />
          ) : tab === 'thresholds' ? (
            <ThresholdsTab
              policy={policy}
              hosts={cluster.hosts}
              readOnly={readOnly}
              change={actions.change}
            />
          ) : (
            <TakeoverTab settings={policy.takeover} readOnly={readOnly} change={actions.change} />
          )}
        </section>
      </div>
      <WhatIfPanel
        whatIf={whatIf}
        policy={policy}
        hosts={cluster.hosts}
        running={running}
        failed={failed}
        setFailed={actions.setFailed}
        maintenance={inForce.section.maintenance}
        about={about}
      />
    </div>
  );
}

const TabStrip = memo(function TabStrip({ tab, setTab }: { tab: TabName; setTab: (tab: TabName) => void }) {
  return (
    <Tabs aria-label="Parts of the policy" activeKey={tab} onSelect={(_event, key) => setTab(key as TabName)}>
      {Object.entries(tabs).map(([key, name]) => (
        <Tab key={key} eventKey={key} tabContentId={PANEL} title={<TabTitleText>{name}</TabTitleText>} />
      ))}
    </Tabs>
  );
});
