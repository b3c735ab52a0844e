import { NumberInput } from '@patternfly/react-core';
import { useState } from 'react';

interface NumberFieldProps {
  label: string;
  value: number;
  min: number;
  max: number;
  unit?: string;
  isDisabled?: boolean;
  onChange: (value: number) => void;
}

/** A whole number between limits. While it is typed it may be anything; only what is within the limits counts. */
export function NumberField({
  label,
  value,
  min,
  max,
  unit,
  isDisabled = false,
  onChange,
}: NumberFieldProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const take = (text: string) => {
    setTyped(text);
    const number = Number(text);
    if (text.trim() !== '' && Number.isInteger(number) && number >= min && number <= max) onChange(number);
  };
  const step = (by: number) => {
    setTyped(null);
    onChange(Math.min(max, Math.max(min, value + by)));
  };
  return (
    <NumberInput
      value={(typed ?? value) as number}
      min={min}
      max={max}
      isDisabled={isDisabled}
      inputAriaLabel={label}
      minusBtnAriaLabel={`${label}: less`}
      plusBtnAriaLabel={`${label}: more`}
      widthChars={5}
      {...(unit === undefined ? {} : { unit })}
      onMinus={() => step(-1)}
      onPlus={() => step(1)}
      onChange={(event) => take(event.currentTarget.value)}
      onBlur={() => setTyped(null)}
    />
  );
}
