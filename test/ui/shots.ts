import type { Page } from 'playwright-core';
import { RECORD_ID } from '../../src/ui/testing/fixtures/takeovers.ts';

const CLUSTER = 'c0ffee00-0000-4000-8000-000000000001';

/** A picture of one screen. */
export interface Shot {
  name: string;
  scenario: string;
  hash: string;
  /** Where the scripted core fails. */
  fail?: string;
  act?: (page: Page) => Promise<void>;
}

const next = (page: Page, name = 'Next') => page.getByRole('button', { name, exact: true }).click();

/** Walks the wizard to a step, with nothing but its defaults. */
async function walkTo(page: Page, step: string): Promise<void> {
  const arrived = (title: string) =>
    page.getByRole('heading', { level: 2, name: title, exact: true }).waitFor();
  for (const name of ['kvm1', 'kvm2', 'kvm3']) await page.getByLabel(`Choose ${name}`).check();
  const walk: [string, string][] = [
    ['Next', 'Names and heartbeat'],
    ['Next', 'Storage'],
    ['Next', 'Fencing'],
    ['Check hosts', 'Preflight'],
    ['Review plan', 'Review'],
    ['Deploy now', 'Deploy'],
    ['Next', 'Verify'],
  ];
  for (const [button, title] of walk) {
    if (button === 'Deploy now') await page.getByLabel('These devices may be overwritten').check();
    await next(page, button);
    await arrived(title);
    if (title === step) return;
  }
}

/** A few changes of the priorities, by keyboard. */
async function editPriorities(page: Page): Promise<void> {
  await page.getByRole('row', { name: /web-1/ }).focus();
  for (const key of ['Alt+ArrowUp', 'Alt+ArrowUp', 'Alt+ArrowUp']) await page.keyboard.press(key);
  await page.getByRole('row', { name: /monitoring/ }).focus();
  await page.keyboard.press('Alt+ArrowUp');
}

export const shots: readonly Shot[] = [
  { name: 'deploy-1-hosts', scenario: 'bare', hash: '#/deploy', act: (page) => next(page) },
  {
    name: 'deploy-2-network',
    scenario: 'bare',
    hash: '#/deploy',
    act: (page) => walkTo(page, 'Names and heartbeat'),
  },
  {
    name: 'deploy-2-network-wrong',
    scenario: 'bare',
    hash: '#/deploy',
    act: async (page) => {
      await walkTo(page, 'Names and heartbeat');
      await page.getByLabel('Cluster name').fill('über uns');
      await page.getByLabel('Node name of kvm2.example.net').fill('kvm1');
      await page.getByLabel('Address of kvm3.example.net on link 1').fill('10.77.1.300');
      await page.getByLabel('UDP broadcast').check();
      await next(page);
    },
  },
  { name: 'deploy-3-storage', scenario: 'bare', hash: '#/deploy', act: (page) => walkTo(page, 'Storage') },
  { name: 'deploy-4-fencing', scenario: 'bare', hash: '#/deploy', act: (page) => walkTo(page, 'Fencing') },
  {
    name: 'deploy-4-fencing-agent',
    scenario: 'bare',
    hash: '#/deploy',
    act: async (page) => {
      await walkTo(page, 'Fencing');
      await page.getByLabel('Fence agent', { exact: true }).check();
      await page.getByRole('combobox').selectOption('fence_ipmilan');
      await page.getByRole('textbox', { name: 'password' }).waitFor();
      await next(page, 'Check hosts');
    },
  },
  {
    name: 'deploy-5-preflight',
    scenario: 'bare',
    hash: '#/deploy',
    act: (page) => walkTo(page, 'Preflight'),
  },
  {
    name: 'deploy-5-preflight-blocked',
    scenario: 'bare',
    hash: '#/deploy',
    fail: 'preflight',
    act: (page) => walkTo(page, 'Preflight'),
  },
  {
    name: 'deploy-6-review',
    scenario: 'bare',
    hash: '#/deploy',
    act: async (page) => {
      await walkTo(page, 'Review');
      await page.getByRole('button', { name: 'Show Corosync configuration' }).click();
    },
  },
  {
    name: 'deploy-7-running',
    scenario: 'bare',
    hash: '#/deploy',
    fail: 'hold',
    act: (page) => walkTo(page, 'Deploy'),
  },
  {
    name: 'deploy-7-failed',
    scenario: 'bare',
    hash: '#/deploy',
    fail: 'deploy',
    act: (page) => walkTo(page, 'Deploy'),
  },
  {
    name: 'activity',
    scenario: 'bare',
    hash: '#/deploy',
    fail: 'deploy',
    act: async (page) => {
      await walkTo(page, 'Deploy');
      await page.getByText('Nothing that was chosen is lost').waitFor();
      await page.getByRole('link', { name: 'Activity' }).click();
      await page.getByRole('link', { name: 'Deploy cluster1' }).click();
    },
  },
  { name: 'deploy-8-verify', scenario: 'bare', hash: '#/deploy', act: (page) => walkTo(page, 'Verify') },
  { name: 'overview-healthy', scenario: 'healthy', hash: `#/clusters/${CLUSTER}/overview` },
  { name: 'overview-host-down', scenario: 'hostDown', hash: `#/clusters/${CLUSTER}/overview` },
  { name: 'overview-troubled', scenario: 'troubled', hash: `#/clusters/${CLUSTER}/overview` },
  { name: 'overview-large', scenario: 'large', hash: `#/clusters/${CLUSTER}/overview` },
  { name: 'hosts', scenario: 'hostDown', hash: `#/clusters/${CLUSTER}/hosts` },
  { name: 'host', scenario: 'healthy', hash: '#/hosts/kvm2' },
  { name: 'host-down', scenario: 'hostDown', hash: '#/hosts/kvm3' },
  { name: 'hosts-bare', scenario: 'bare', hash: '#/hosts' },
  { name: 'hosts-all-in-clusters', scenario: 'healthy', hash: '#/hosts' },
  { name: 'start', scenario: 'empty', hash: '#/' },
  {
    name: 'add-host',
    scenario: 'bare',
    hash: '#/hosts',
    act: async (page) => {
      await page.getByRole('button', { name: 'Add host' }).click();
      await page.getByLabel('Port').fill('99999');
      await page.getByRole('dialog').getByRole('button', { name: 'Add host' }).click();
    },
  },
  { name: 'prompt-host-key', scenario: 'prompting', hash: '#/hosts' },
  {
    name: 'prompt-password',
    scenario: 'prompting',
    hash: '#/hosts',
    act: async (page) => page.getByRole('button', { name: 'Accept and connect' }).click(),
  },
  {
    name: 'vms',
    scenario: 'healthy',
    hash: `#/clusters/${CLUSTER}/vms`,
    act: async (page) =>
      page
        .getByRole('row', { name: /gpu-render/ })
        .getByRole('button')
        .click(),
  },
  { name: 'vms-troubled', scenario: 'troubled', hash: `#/clusters/${CLUSTER}/vms` },
  { name: 'vms-large', scenario: 'large', hash: `#/clusters/${CLUSTER}/vms` },
  ...['prioritized', 'hundreds', 'thousands', 'healthy', 'hostDown'].map((scenario) => ({
    name: `priorities-${scenario}`,
    scenario,
    hash: `#/clusters/${CLUSTER}/priorities`,
    act: async (page: Page) => page.getByText(/would start/).waitFor(),
  })),
  {
    name: 'priorities-dragging',
    scenario: 'prioritized',
    hash: `#/clusters/${CLUSTER}/priorities`,
    act: async (page) => {
      await page.getByText(/would start/).waitFor();
      await page.getByRole('row', { name: /web-1/ }).focus();
      for (const key of ['Space', 'ArrowUp', 'ArrowUp', 'ArrowUp', 'ArrowUp']) await page.keyboard.press(key);
      await page.waitForTimeout(300);
    },
  },
  {
    name: 'priorities-review',
    scenario: 'prioritized',
    hash: `#/clusters/${CLUSTER}/priorities`,
    act: async (page) => {
      await editPriorities(page);
      await page.getByRole('button', { name: 'Review and apply' }).click();
    },
  },
  {
    name: 'priorities-conflict',
    scenario: 'prioritized',
    hash: `#/clusters/${CLUSTER}/priorities`,
    act: async (page) => {
      await editPriorities(page);
      await page.evaluate('window.otherAdmin()');
      await page.getByRole('button', { name: 'See both and decide' }).click();
    },
  },
  ...['Rules', 'Thresholds', 'Takeover'].map((tab) => ({
    name: `priorities-${tab.toLowerCase()}`,
    scenario: 'prioritized',
    hash: `#/clusters/${CLUSTER}/priorities`,
    act: async (page: Page) => page.getByRole('tab', { name: tab }).click(),
  })),
  ...['Move to…', 'Rules…', 'New tier…'].map((button) => ({
    name: `priorities-dialog-${button.toLowerCase().replaceAll(/[^a-z]+/g, '-')}`,
    scenario: 'prioritized',
    hash: `#/clusters/${CLUSTER}/priorities`,
    act: async (page: Page) => {
      await page.getByRole('row', { name: /web-1/ }).click();
      await page.getByRole('button', { name: button }).click();
    },
  })),
  { name: 'history', scenario: 'recovered', hash: `#/clusters/${CLUSTER}/history` },
  { name: 'history-running', scenario: 'takingOver', hash: `#/clusters/${CLUSTER}/history` },
  {
    name: 'drill-rehearsed',
    scenario: 'recovered',
    hash: `#/clusters/${CLUSTER}/drill`,
    act: async (page) => {
      await page.getByRole('button', { name: 'Dry run' }).click();
      await page.getByText('If kvm1 failed now').waitFor();
    },
  },
  {
    name: 'drill-confirm',
    scenario: 'recovered',
    hash: `#/clusters/${CLUSTER}/drill`,
    act: (page) => page.getByRole('button', { name: 'Real drill…' }).click(),
  },
  { name: 'notifications', scenario: 'recovered', hash: `#/clusters/${CLUSTER}/notifications` },
  {
    name: 'notifications-sent',
    scenario: 'recovered',
    hash: `#/clusters/${CLUSTER}/notifications`,
    act: async (page) => {
      await page.getByRole('button', { name: 'Send test' }).click();
      await page.getByText('Taken by its mail system').waitFor();
    },
  },
  {
    name: 'notifications-wrong',
    scenario: 'recovered',
    hash: `#/clusters/${CLUSTER}/notifications`,
    act: async (page) => {
      await page.getByRole('textbox', { name: 'To' }).fill('ops@example.net, anna');
      await page.getByRole('button', { name: 'Save' }).click();
    },
  },
  { name: 'history-empty', scenario: 'unfenced', hash: `#/clusters/${CLUSTER}/history` },
  {
    name: 'record',
    scenario: 'recovered',
    hash: `#/clusters/${CLUSTER}/history/${RECORD_ID}`,
    act: async (page) => {
      await page.getByRole('button', { name: 'Unfold all' }).click();
    },
  },
  { name: 'record-folded', scenario: 'recovered', hash: `#/clusters/${CLUSTER}/history/${RECORD_ID}` },
  { name: 'record-running', scenario: 'takingOver', hash: `#/clusters/${CLUSTER}/history/${RECORD_ID}` },
  {
    name: 'record-rejoin',
    scenario: 'recovered',
    hash: `#/clusters/${CLUSTER}/history/${RECORD_ID.replace(/1$/, '2')}`,
  },
  { name: 'overview-recovered', scenario: 'recovered', hash: `#/clusters/${CLUSTER}/overview` },
  { name: 'overview-taking-over', scenario: 'takingOver', hash: `#/clusters/${CLUSTER}/overview` },
  { name: 'overview-unfenced', scenario: 'unfenced', hash: `#/clusters/${CLUSTER}/overview` },
  {
    name: 'overview-confirm-off',
    scenario: 'unfenced',
    hash: `#/clusters/${CLUSTER}/overview`,
    act: (page) => page.getByRole('button', { name: /I have made certain/ }).click(),
  },
  {
    name: 'overview-why',
    scenario: 'recovered',
    hash: `#/clusters/${CLUSTER}/overview`,
    act: async (page) => {
      for (const host of ['kvm1', 'kvm2']) {
        await page.getByRole('button', { name: `Show why VMs would stay down if ${host} failed` }).click();
      }
    },
  },
  {
    name: 'overview-add-virtual-ip',
    scenario: 'healthy',
    hash: `#/clusters/${CLUSTER}/overview`,
    act: (page) => page.getByRole('button', { name: 'Add virtual IP' }).click(),
  },
  {
    name: 'overview-move-virtual-ip',
    scenario: 'healthy',
    hash: `#/clusters/${CLUSTER}/overview`,
    act: (page) => page.getByRole('button', { name: 'Move web', exact: true }).click(),
  },
  {
    name: 'host-enter-maintenance',
    scenario: 'healthy',
    hash: '#/hosts/kvm2',
    act: (page) => page.getByRole('button', { name: 'Enter maintenance' }).click(),
  },
  {
    name: 'host-leave-maintenance',
    scenario: 'recovered',
    hash: '#/hosts/kvm2',
    act: (page) => page.getByRole('button', { name: 'Leave maintenance' }).click(),
  },
  { name: 'host-away', scenario: 'recovered', hash: '#/hosts/kvm3' },
  { name: 'host-maintenance', scenario: 'recovered', hash: '#/hosts/kvm2' },
  { name: 'hosts-recovered', scenario: 'recovered', hash: `#/clusters/${CLUSTER}/hosts` },
  { name: 'vms-recovered', scenario: 'recovered', hash: `#/clusters/${CLUSTER}/vms` },
  {
    name: 'embedded-try',
    scenario: 'empty',
    hash: '#/',
    act: async (page) => {
      await page.getByRole('button', { name: 'Try the embedded cluster' }).click();
    },
  },
  { name: 'embedded-starting', scenario: 'embeddedStarting', hash: '#/embedded' },
  { name: 'embedded-failed', scenario: 'embeddedFailed', hash: '#/embedded' },
  { name: 'embedded-overview', scenario: 'embedded', hash: `#/clusters/${CLUSTER}/overview` },
  { name: 'embedded-hosts', scenario: 'embedded', hash: `#/clusters/${CLUSTER}/hosts` },
  {
    name: 'embedded-tour',
    scenario: 'embedded',
    hash: `#/clusters/${CLUSTER}/overview`,
    act: async (page) => {
      await page.getByRole('button', { name: 'Take the tour' }).click();
      await page.getByRole('button', { name: 'Next', exact: true }).click();
      await page.waitForTimeout(300);
    },
  },
  { name: 'activity-empty', scenario: 'healthy', hash: '#/activity' },
  { name: 'settings', scenario: 'healthy', hash: '#/settings' },
  {
    name: 'link-lost',
    scenario: 'healthy',
    hash: `#/clusters/${CLUSTER}/overview`,
    act: async (page) => {
      await page.evaluate('window.scripted.setLink(false)');
    },
  },
  {
    name: 'fence-test',
    scenario: 'healthy',
    hash: `#/clusters/${CLUSTER}/overview`,
    act: async (page) => {
      await page.getByRole('button', { name: 'Cluster', exact: true }).click();
      await page.getByRole('menuitem', { name: 'Test fencing' }).click();
    },
  },
];
