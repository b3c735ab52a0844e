import { afterAll, describe, expect, test } from 'vitest';
import { hostPaths } from '../../../src/contract/manifest.ts';
import { bothCourses } from './course.ts';
import { Mailbox } from './mailbox.ts';
import { hasFive, hostNames, type Site } from './site.ts';

/** One host loses its power, with much out of order besides; then it comes back. */
export function oneHostTests(site: () => Site): void {
  describe('a host loses its power', () => {
    let mailbox: Mailbox | undefined;
    afterAll(() => mailbox?.close());

    test('before that, every host can tell the admins, by e-mail and by webhook', async () => {
      const { lab, clusterId, console: console_ } = site();
      mailbox = await Mailbox.open(lab);
      const { sections } = await console_.view('n1');
      await console_.call('notifications.set', {
        clusterId,
        settings: { email: { to: [mailbox.mailAddress] }, webhook: { url: mailbox.url } },
        revision: sections.policy?.notifications?.revision ?? 0,
      });
      const { hosts } = await console_.call('notifications.test', { clusterId });
      const sent = { email: { state: 'sent' }, webhook: { state: 'sent' } };
      expect(hosts).toMatchObject(hostNames.map(() => ({ deliveries: sent })));
      const { posted } = mailbox;
      expect(posted.map(({ host, kind }) => `${host} ${kind}`).toSorted()).toEqual(
        hostNames.map((host) => `${host} test`),
      );
      for (const host of hostNames) {
        const subjects = async (): Promise<string[]> => (await mailbox?.subjects(lab, host)) ?? [];
        await site().untilAsked(`${host} has delivered its mail`, async () => (await subjects()).length > 0);
      }
    });

    test('its VMs run again where they can, and those that should not are left alone, each with its reason', async () => {
      const { lab, wanted } = site();
      await site().setPolicy({ preferred: { db: 'n2' } });
      const letDbStart = await site().hinder('n2', 'db', 'fail');

      const { clusterId } = site();
      const spec = { name: 'web', address: virtualAddress(site()), prefixLength: 24, preferredHost: 'n1' };
      await site().console.call('virtualIp.add', { clusterId, spec });
      await site().untilVirtualIp('web', 'n1');
      await expect(
        site().console.call('virtualIp.add', { clusterId, spec: { ...spec, name: 'twin' } }),
      ).rejects.toMatchObject({ kind: 'conflict' });

      // Shut down by its owner seconds before.
      await lab.stopVm('n1', 'mail');
      wanted.delete('mail');
      await site().untilAsked('n1 noted that mail is off', async () => !(await runsByRecord(site(), 'mail')));

      await cutShort(site(), 'n1', site().uuid('web'));
      wanted.delete('web');

      site().begin();
      await lab.kill('n1');
      const record = await site().ended('takeover', ['n1']);
      await letDbStart();

      const db = site().vmIn(record, 'db');
      expect(db.attempts.map(({ host, outcome }) => `${host} ${outcome}`)).toEqual([
        'n2 failed',
        `${db.host} running`,
      ]);
      expect(db.attempts[0]?.reason).toContain('db');
      expect(db).toMatchObject({ outcome: 'running', handedOver: true });
      expect(site().vmIn(record, 'mail').outcome).toBe('not-wanted');
      expect(site().vmIn(record, 'web')).toMatchObject({ outcome: 'refused', attempts: [] });
      expect(record.findings.map(({ id }) => id)).toContain('definition-unreadable');
      expect(Object.keys(record.fencing)).toEqual(['n1']);
      const { detected = 0, fenced = 0, mounted = 0, begun, planned = 0, ended = 0 } = record.times;
      expect([detected, fenced, mounted, begun, planned, ended]).toEqual(
        [detected, fenced, mounted, begun, planned, ended].toSorted((a, b) => a - b),
      );
      expect((await site().expectExactlyOnce())['db']).toBe(db.host);
      await site().untilVirtualIp('web', 'n2', 'n3');
      expect(await hostsWith(site(), spec.address)).toHaveLength(1);

      const owner = record.owners.at(-1)?.host ?? '';
      const told = (): string[] =>
        mailbox?.posted.flatMap(({ kind, failover, host }) =>
          failover?.id === record.id ? [`${host} ${kind}`] : [],
        ) ?? [];
      await site().untilAsked('the admins are told of the end', () => Promise.resolve(told().length > 1));
      expect(told()).toEqual([`${owner} failover-begun`, `${owner} failover-ended`]);
      const mails = (await mailbox?.subjects(lab, owner)) ?? [];
      expect(mails.slice(-2).map((subject) => subject.includes('n1'))).toEqual([true, true]);

      await site().until('all others have the record', ({ hosts }) => {
        const having = hosts.filter(({ sections }) =>
          sections.history?.failovers.some(({ id, ended }) => id === record.id && ended !== undefined),
        );
        return having.length >= hostNames.length - 1;
      });
    });

    test('when it comes back nothing starts twice, what moved is known as moved, and it learns what happened', async () => {
      const { lab, wanted } = site();
      const before = (await site().hostsOf('db'))[0] ?? '';
      await lab.boot('n1');
      // Its own hypervisor has a definition of web that nobody tampered with.
      wanted.add('web');
      await site().untilQuiet();
      const where = await site().expectExactlyOnce();
      expect(where).toMatchObject({ db: before, web: 'n1' });
      expect(await site().movedAway('n1')).toEqual({ db: before });
      await site().untilAsked('n1 tells of the one takeover of its VMs', async () => {
        const { sections } = await site().console.view('n1');
        const own = sections.history?.failovers.filter(
          ({ failed, kind }) => failed.includes('n1') && kind === 'takeover',
        );
        return own?.length === 1;
      });
      expect(await lab.guests.list('n1', 'all')).not.toContain('db');
    });

    test('embedded hosts take the same course', async () => {
      const { real, embedded } = await bothCourses(
        site(),
        'n1',
        `
          at 0s vm-shutdown mail
          at 0s start-fails db n2
          at 10s cut-short web
          at 10s kill n1
          at 100s starts-work n2
          at 200s boot n1
          until 400s
        `,
        // With n2 out of it there is but one host left for db, unless there are five.
        { preferred: { db: 'n2' }, placed: hasFive ? 'elsewhere' : 'as-planned' },
      );
      expect(real).toEqual(embedded);
    });

    test('its virtual IP comes back to it, moves on request, and is taken off', async () => {
      const { clusterId } = site();
      const address = virtualAddress(site());
      await site().untilVirtualIp('web', 'n1');
      expect(await hostsWith(site(), address)).toEqual(['n1']);
      await site().console.call('virtualIp.move', { clusterId, name: 'web', host: 'n3' });
      await site().untilVirtualIp('web', 'n3');
      expect(await hostsWith(site(), address)).toEqual(['n3']);
      await site().console.call('virtualIp.remove', { clusterId, name: 'web' });
      await site().untilAsked('nobody has it', async () => (await hostsWith(site(), address)).length === 0);
      await site().until('no host tells of it', ({ hosts }) =>
        hosts.every(({ sections }) => sections.cluster?.virtualIps?.length === 0),
      );
    });

    test('its VMs go home live, by a button', async () => {
      const { lab, wanted } = site();
      await site().failBack();
      await lab.startVm('n1', 'mail');
      wanted.add('mail');
      expect(await site().expectExactlyOnce()).toMatchObject({ db: 'n1', web: 'n1', mail: 'n1' });
      const boots = new Set((await lab.guests.records('db')).map(({ boot }) => boot));
      // Its first start, and the one of the takeover: the way home was live.
      expect(boots.size).toBe(2);
    });
  });
}

async function runsByRecord(site: Site, vm: 'mail'): Promise<boolean> {
  const text = await site.lab.exec('n1', ['cat', `${hostPaths.quorumDisks}/n1/running.json`]);
  return text.includes(site.uuid(vm));
}

/** What a host writes to a disk that fails. */
async function cutShort(site: Site, home: string, uuid: string): Promise<void> {
  const path = `${hostPaths.quorumDisks}/${home}/definitions/${uuid}.json`;
  // A sync would mend it before the host dies; after the next boot there are syncs again.
  const noMoreSyncs =
    'systemctl stop minime-sync.timer minime-sync.path; while [ "$(systemctl is-active minime-sync)" = activating ]; do sleep 0.1; done';
  await site.lab.exec(home, ['sh', '-c', noMoreSyncs]);
  await site.lab.exec(home, ['sh', '-c', 'truncate --size=-200 "$1" && sync "$1"', 'sh', path]);
}

/** A free one in the management network. */
const virtualAddress = ({ lab }: Site): string => lab.host('n1').address.replace(/\d+$/, '200');

async function hostsWith({ lab }: Site, address: string): Promise<string[]> {
  const asked = await Promise.all(
    hostNames.map(async (host) => {
      const { stdout } = await lab.run(host, ['ip', '-brief', 'address']).catch(() => ({ stdout: '' }));
      return stdout.includes(`${address}/`) ? [host] : [];
    }),
  );
  return asked.flat();
}
