import { countsText, titleOf } from '../features/history/failoverWords.ts';
import { selectClusters } from '../store/selectors/clusters.ts';
import { selectProblems } from '../store/selectors/problems.ts';
import {
  type Failover,
  selectFailovers,
  selectUnfenced,
  type UnfencedHost,
} from '../store/selectors/takeovers.ts';
import type { ConsoleState } from '../store/state.ts';

/** What a listener knows so far: problems by key, operations by state, and what there is to say of failovers. */
export interface Heard {
  problems: Map<string, string>;
  operations: Map<string, { title: string; state: string }>;
  failovers: Map<string, string>;
}

export const nothingHeard: Heard = { problems: new Map(), operations: new Map(), failovers: new Map() };

export function hear(state: ConsoleState): Heard {
  return {
    problems: new Map(
      selectProblems(state)
        .filter(({ finding }) => finding.severity === 'error')
        .map(({ key, finding }) => [key, finding.title]),
    ),
    operations: new Map(state.operations.map(({ id, title, state: now }) => [id, { title, state: now }])),
    failovers: failoverNews(state),
  };
}

const unfencedWords: Record<UnfencedHost['fencing'], string> = {
  'under-way': 'is lost and is being fenced',
  failed: 'could not be fenced. Its VMs stay down',
  left: 'has left the cluster and may still run. Its VMs wait for your word',
};

/** How each failover stands, and which hosts wait to be fenced, in one sentence each. */
function failoverNews(state: ConsoleState): Map<string, string> {
  const news = new Map<string, string>();
  for (const cluster of selectClusters(state)) {
    for (const { name, fencing } of selectUnfenced(state)[cluster.key] ?? []) {
      news.set(`${cluster.key}/${name}`, `${name} ${unfencedWords[fencing]}.`);
    }
    for (const failover of selectFailovers(state)[cluster.key] ?? []) {
      news.set(failover.id, failoverSentence(failover));
    }
  }
  return news;
}

/** Counts are left out while it goes on: they change with every VM. */
function failoverSentence(failover: Failover): string {
  switch (failover.state) {
    case 'running':
      return `${titleOf(failover)} has begun.`;
    case 'interrupted':
      return `${titleOf(failover)} was interrupted.`;
    case 'ended':
      return `${titleOf(failover)} has ended: ${countsText(failover.counts)}.`;
  }
}

const endings: Record<string, string> = { done: 'is done', failed: 'has failed', cancelled: 'was cancelled' };

/** Titles of findings end with a full stop or without. */
const asSentence = (title: string): string => `${title.replace(/\.$/, '')}.`;

/** Sentences about what changed for better or worse. */
export function whatIsNew(before: Heard, now: Heard): string[] {
  const appeared = [...now.problems]
    .filter(([key]) => !before.problems.has(key))
    .map(([, title]) => asSentence(title));
  const gone = [...before.problems]
    .filter(([key]) => !now.problems.has(key))
    .map(([, title]) => `No longer: ${asSentence(title)}`);
  const ended = [...now.operations]
    .filter(([id, operation]) => before.operations.get(id)?.state !== operation.state)
    .flatMap(([, { title, state }]) => (endings[state] === undefined ? [] : [`${title} ${endings[state]}.`]));
  const failovers = [...now.failovers].filter(([id, text]) => before.failovers.get(id) !== text);
  return [...failovers.map(([, text]) => text), ...appeared, ...gone, ...ended];
}
