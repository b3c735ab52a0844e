import { Button, Label } from '@patternfly/react-core';
import { AngleDownIcon, AngleRightIcon } from '@patternfly/react-icons';
import { useId, useState } from 'react';
import type { PlanStep } from '../../../contract/deployment.ts';
import { CopyButton } from '../../components/CopyButton.tsx';
import { Status } from '../../components/Status.tsx';
import { commandLine, isDone, stepChange } from './planView.ts';

/** A step of the plan: what, where, and when opened the whole file or command. */
export function PlanStepItem({ step, withHost = false }: { step: PlanStep; withHost?: boolean }) {
  const id = useId();
  const [open, setOpen] = useState(false);
  return (
    <li className="mm-plan-step">
      <div className="mm-plan-step-head">
        <Button
          variant="plain"
          size="sm"
          icon={open ? <AngleDownIcon /> : <AngleRightIcon />}
          aria-expanded={open}
          aria-controls={id}
          aria-label={`${open ? 'Hide' : 'Show'} ${step.title}${withHost ? ` on ${step.host}` : ''}`}
          onClick={() => setOpen(!open)}
        />
        <span className="mm-grow">
          {withHost ? <strong>{step.host}: </strong> : null}
          {step.title}
          {step.action.kind === 'file' ? <span className="mm-code mm-dim"> {step.action.path}</span> : null}
        </span>
        {step.destructive ? (
          <Label isCompact status="danger">
            overwrites
          </Label>
        ) : null}
        <Status tone={isDone(step) ? 'ok' : 'info'}>{stepChange(step)}</Status>
      </div>
      <div id={id} hidden={!open} className="mm-plan-step-body">
        {open ? <Body step={step} /> : null}
      </div>
    </li>
  );
}

function Body({ step: { action, title } }: { step: PlanStep }) {
  if (action.kind === 'command') {
    const line = commandLine(action.argv);
    return (
      <>
        <pre className="mm-pre" tabIndex={0} aria-label={`Command: ${title}`}>
          {line}
        </pre>
        <CopyButton text={line} label="Copy command" />
      </>
    );
  }
  return (
    <>
      <p className="mm-dim">
        Mode {action.mode}, owned by root.{action.summary === undefined ? '' : ` ${action.summary}`}
      </p>
      {action.content === null ? (
        <p>The content is not shown: it is a secret or a program.</p>
      ) : (
        <>
          <pre className="mm-pre" tabIndex={0} aria-label={`Content of ${action.path}`}>
            {action.content}
          </pre>
          <CopyButton text={action.content} label="Copy content" />
        </>
      )}
    </>
  );
}
