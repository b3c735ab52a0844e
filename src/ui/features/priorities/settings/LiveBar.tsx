interface LiveBarProps {
  label: string;
  /** Share in use now, 0 to 100. */
  used: number;
  /** Share in use that must not be exceeded. */
  limit: number;
  text: string;
}

const bounded = (value: number) => Math.min(100, Math.max(0, value));

/** What is in use now, and the line of the threshold. */
export function LiveBar({ label, used, limit, text }: LiveBarProps) {
  const over = used > limit + 1e-9;
  return (
    <span className="mm-prio-live">
      <span
        className="mm-prio-bar"
        role="meter"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(bounded(used))}
        aria-valuetext={text}
      >
        <span
          className={over ? 'mm-prio-bar-before mm-prio-bar-over' : 'mm-prio-bar-before'}
          style={{ width: `${bounded(used)}%` }}
        />
        <span className="mm-prio-bar-limit" style={{ insetInlineStart: `${bounded(limit)}%` }} />
      </span>
      <span className={over ? 'mm-prio-over' : 'mm-dim'}>{text}</span>
    </span>
  );
}
