import type { MovesService } from '../host.ts';
import type { Runner } from '../ports/runner.ts';

const unit = 'minime-moves.service';

/** Moves go on when the console, and with it `vmcl serve`, has gone. */
export function systemdMovesService(runner: Runner): MovesService {
  return {
    start: async () => void (await runner.must(['systemctl', 'start', unit], { timeoutMs: 30_000 })),
    stop: async () => void (await runner.must(['systemctl', '--no-block', 'stop', unit])),
  };
}
