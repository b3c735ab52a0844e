import { Slider } from '@patternfly/react-core';

interface ThresholdSliderProps {
  label: string;
  /** In the unit of `unit`, like `max`. */
  value: number;
  max: number;
  step: number;
  unit: string;
  isDisabled: boolean;
  onChange: (value: number) => void;
}

/** A slider with its figure to type. What is typed beyond the ends is held at them. */
export function ThresholdSlider({
  label,
  value,
  max,
  step,
  unit,
  isDisabled,
  onChange,
}: ThresholdSliderProps) {
  return (
    <Slider
      className="mm-prio-slider"
      value={value}
      min={0}
      max={max}
      step={step}
      isInputVisible
      inputValue={value}
      inputLabel={unit}
      inputAriaLabel={label}
      thumbAriaLabel={label}
      showBoundaries={false}
      isDisabled={isDisabled}
      onChange={(_event, next, input, setInput) => {
        const wanted = input ?? next;
        if (!Number.isFinite(wanted)) return;
        const held = Math.min(max, Math.max(0, wanted));
        if (input !== undefined) setInput?.(held);
        onChange(held);
      }}
    />
  );
}
