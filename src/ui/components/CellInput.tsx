import { TextInput } from '@patternfly/react-core';
import { useId } from 'react';

interface CellInputProps {
  label: string;
  value: string;
  problem?: string | undefined;
  onChange: (value: string) => void;
  type?: 'text' | 'password';
  placeholder?: string;
  /** Offered while typing. */
  suggestions?: string[];
}

/** A text field whose label is a table's header or stands elsewhere; what is wrong stands below it. */
export function CellInput({
  label,
  value,
  problem,
  onChange,
  type = 'text',
  placeholder,
  suggestions,
}: CellInputProps) {
  const id = useId();
  return (
    <>
      <TextInput
        aria-label={label}
        type={type}
        value={value}
        onChange={(_event, text) => onChange(text)}
        validated={problem === undefined ? 'default' : 'error'}
        autoComplete="off"
        spellCheck="false"
        {...(placeholder === undefined ? {} : { placeholder })}
        {...(problem === undefined ? {} : { 'aria-describedby': `${id}-problem` })}
        {...(suggestions === undefined ? {} : { list: `${id}-list` })}
      />
      {suggestions === undefined ? null : (
        <datalist id={`${id}-list`}>
          {suggestions.map((suggestion) => (
            <option key={suggestion} value={suggestion}>
              {suggestion}
            </option>
          ))}
        </datalist>
      )}
      {problem === undefined ? null : (
        <div id={`${id}-problem`} className="mm-field-problem">
          {problem}
        </div>
      )}
    </>
  );
}
