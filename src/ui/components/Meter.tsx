import { formatPercent } from './format.ts';

interface MeterProps {
  /** 0 to 100. */
  value: number;
  label: string;
  /** From this value on it is drawn as a warning. */
  warnAt?: number;
  text?: string;
}

/** A share as a small bar with its figure. */
export function Meter({ value, label, warnAt = 90, text }: MeterProps) {
  const share = Math.min(100, Math.max(0, value));
  const high = value >= warnAt;
  return (
    <span className="mm-meter">
      <span
        className="mm-meter-track"
        role="meter"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(share)}
        aria-valuetext={text ?? formatPercent(value)}
      >
        <span
          className={high ? 'mm-meter-fill mm-meter-high' : 'mm-meter-fill'}
          style={{ width: `${share}%` }}
        />
      </span>
      <span className="mm-meter-text">{text ?? formatPercent(value)}</span>
    </span>
  );
}
