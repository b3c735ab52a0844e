/**
 * What is done to a cluster, a line each:
 *
 *     at 5s kill n1           seconds since the scenario began
 *     when starting 2 kill-owner
 *                             as soon as the second `starting` is written to a journal; `owner` is the host that wrote it;
 *                             `any` is every step
 *     when planned +0.5s kill-owner
 *                             so long after that
 *     at 60s calm             no `when` counts any more
 *     until 90s               how long it goes on; by default two minutes after the last line
 *     # a remark
 */
export interface Script {
  timed: { atMs: number; action: Action }[];
  triggered: { step: string; count: number; delayMs: number; action: Action }[];
  untilMs: number;
}

export interface Action {
  name: string;
  given: string[];
}

const settleMs = 120_000;

export function parseCommands(text: string): Script {
  const script: Script = { timed: [], triggered: [], untilMs: 0 };
  let until: number | undefined;
  for (const [index, raw] of text.split('\n').entries()) {
    const [first = '', ...words] = raw.replace(/#.*$/, '').trim().split(/\s+/);
    const fail = (): never => {
      throw new Error(`line ${index + 1} cannot be understood: ${raw}`);
    };
    switch (first) {
      case '':
        break;
      case 'at': {
        const [time = '', name = fail(), ...given] = words;
        script.timed.push({ atMs: milliseconds(time) ?? fail(), action: { name, given } });
        break;
      }
      case 'when': {
        const [step = fail(), ...rest] = words;
        const count = /^\d+$/.test(rest[0] ?? '') ? Number(rest.shift()) : 1;
        const delayMs = rest[0]?.startsWith('+') === true ? milliseconds(rest.shift()?.slice(1) ?? '') : 0;
        const [name = fail(), ...given] = rest;
        script.triggered.push({ step, count, delayMs: delayMs ?? fail(), action: { name, given } });
        break;
      }
      case 'until':
        until = milliseconds(words[0] ?? '') ?? fail();
        break;
      default:
        fail();
    }
  }
  const last = Math.max(0, ...script.timed.map(({ atMs }) => atMs));
  script.untilMs = until ?? last + settleMs;
  return script;
}

const milliseconds = (text: string): number | undefined => {
  const match = /^(\d+(?:\.\d+)?)s$/.exec(text);
  return match === null ? undefined : Number(match[1]) * 1000;
};
