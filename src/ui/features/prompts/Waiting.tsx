import { count } from '../../components/format.ts';

export function Waiting({ number }: { number: number }) {
  if (number === 0) return null;
  return <p className="mm-dim">{count(number, 'more question')} after this one.</p>;
}
