import { T0 } from '../fixtures/hosts.ts';

/** Fixtures are told relative to T0; on screen they should look as if T0 were now. */
export function moveToNow<T>(value: T): T {
  const shift = Date.now() - T0;
  const text = JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'number' && Math.abs(item - T0) < 30 * 86_400_000 ? item + shift : item,
  );
  return JSON.parse(text) as T;
}
