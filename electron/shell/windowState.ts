import type { Rectangle } from 'electron';
import { z } from 'zod';

/** Where the window was when it was last closed, in device-independent pixels. */
export const windowStateSchema = z.object({
  bounds: z.object({ x: z.int(), y: z.int(), width: z.int().positive(), height: z.int().positive() }),
  maximized: z.boolean(),
});
export type WindowState = z.infer<typeof windowStateSchema>;

export const defaultSize = { width: 1280, height: 820 };
export const minimumSize = { width: 900, height: 600 };

/** So much of the title bar has to be on a screen that it can be taken hold of. */
const GRIP = { width: 120, height: 40 };

/**
 * Where to open the window: where it was, if that can still be reached on one of the screens, else in the middle of
 * the first (no position given), in its old size.
 */
export function openingBounds(
  state: WindowState | null,
  workAreas: readonly Rectangle[],
): Partial<Rectangle> & { width: number; height: number } {
  if (state === null) return defaultSize;
  const { x, y } = state.bounds;
  const width = Math.max(state.bounds.width, minimumSize.width);
  const height = Math.max(state.bounds.height, minimumSize.height);
  const reachable = workAreas.some((area) => {
    const overlap = Math.min(x + width, area.x + area.width) - Math.max(x, area.x);
    return overlap >= GRIP.width && y >= area.y && y + GRIP.height <= area.y + area.height;
  });
  return reachable ? { x, y, width, height } : { width, height };
}
