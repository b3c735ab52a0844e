import { FormGroup, FormHelperText, HelperText, HelperTextItem, TextInput } from '@patternfly/react-core';
import { useId } from 'react';

interface TextFieldProps {
  label: string;
  value: string;
  problem?: string | undefined;
  help?: string;
  type?: 'text' | 'password';
  isRequired?: boolean;
  onChange: (value: string) => void;
  onBlur?: () => void;
}

/** A labelled line of text with its help, or in its place what is wrong with it. */
export function TextField({
  label,
  value,
  problem,
  help,
  type = 'text',
  isRequired = false,
  onChange,
  onBlur,
}: TextFieldProps) {
  const id = useId();
  const helpId = `${id}-help`;
  return (
    <FormGroup label={label} isRequired={isRequired} fieldId={id}>
      <TextInput
        id={id}
        type={type}
        value={value}
        isRequired={isRequired}
        onChange={(_event, text) => onChange(text)}
        onBlur={() => onBlur?.()}
        validated={problem === undefined ? 'default' : 'error'}
        {...(problem === undefined && help === undefined ? {} : { 'aria-describedby': helpId })}
        autoComplete="off"
        spellCheck="false"
      />
      {problem === undefined && help === undefined ? null : (
        <FormHelperText>
          <HelperText id={helpId}>
            <HelperTextItem variant={problem === undefined ? 'default' : 'error'}>
              {problem ?? help}
            </HelperTextItem>
          </HelperText>
        </FormHelperText>
      )}
    </FormGroup>
  );
}
