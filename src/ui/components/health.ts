import type { Health } from '../store/selectors/problems.ts';
import type { Tone } from './Status.tsx';

export const healthTone: Record<Health, Tone> = {
  ok: 'ok',
  warning: 'warning',
  error: 'error',
  unknown: 'unknown',
};

export const healthWord: Record<Health, string> = {
  ok: 'No problems',
  warning: 'Warnings',
  error: 'Errors',
  unknown: 'Not up to date',
};
