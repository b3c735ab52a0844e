import { Button, Checkbox, Form } from '@patternfly/react-core';
import { useState } from 'react';
import type { NotificationView } from '../../../contract/notifications.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Panel } from '../../components/Panel.tsx';
import { TextField } from '../../components/TextField.tsx';
import { useAction } from '../../components/useAction.ts';
import { useCall } from '../../store/ConsoleContext.tsx';
import { type FormProblems, formOf, isEdited, type NotificationForm, parseForm } from './form.ts';
import { TestPanel } from './TestPanel.tsx';

interface NotificationsFormProps {
  clusterId: string;
  view: NotificationView;
  live: boolean;
}

export function NotificationsForm({ clusterId, view, live }: NotificationsFormProps) {
  const [form, setForm] = useState<NotificationForm>(() => formOf(view));
  const [problems, setProblems] = useState<FormProblems>({});
  const call = useCall();
  const { run, pending, error } = useAction(async () => {
    const parsed = parseForm(form, view);
    setProblems('problems' in parsed ? parsed.problems : {});
    if ('problems' in parsed) return;
    await call('notifications.set', { clusterId, settings: parsed.settings, revision: view.revision });
  });
  const set = (part: Partial<NotificationForm>) => setForm((now) => ({ ...now, ...part }));
  const edited = isEdited(form, view);
  return (
    <>
      <p>
        The hosts send these themselves, also while Minime is closed: when a takeover begins, waits for you,
        and ends, and when fencing fails. Whatever becomes of them, no takeover waits for a message.
      </p>
      <Form
        className="mm-form"
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
      >
        <Panel title="E-mail">
          <Checkbox
            id="notify-email"
            label="Send e-mail"
            description="Through the mail system of each host (sendmail)."
            isChecked={form.emailOn}
            isDisabled={!live}
            onChange={(_event, emailOn) => set({ emailOn })}
          />
          {form.emailOn ? (
            <div className="mm-stack">
              <TextField
                label="To"
                value={form.to}
                problem={problems.to}
                help="Several addresses are separated by commas."
                isRequired
                onChange={(to) => set({ to })}
              />
              <TextField
                label="From"
                value={form.from}
                problem={problems.from}
                help="Empty: what the mail system of the host puts there."
                onChange={(from) => set({ from })}
              />
            </div>
          ) : null}
        </Panel>
        <Panel title="Webhook">
          <Checkbox
            id="notify-webhook"
            label="Post to a webhook"
            description="JSON with a line of text, as Slack, Mattermost and others take it. Tried again if it is not taken."
            isChecked={form.webhookOn}
            isDisabled={!live}
            onChange={(_event, webhookOn) => set({ webhookOn })}
          />
          {form.webhookOn ? (
            <TextField
              label={
                view.webhook === null ? 'Address' : `Another address than the one at ${view.webhook.server}`
              }
              value={form.url}
              problem={problems.url}
              help={
                view.webhook === null
                  ? 'Kept sealed with the cluster key; it is not shown again.'
                  : 'Empty: the one that is set stays. It is not shown, since whoever knows it can post.'
              }
              isRequired={view.webhook === null}
              onChange={(url) => set({ url })}
            />
          ) : null}
        </Panel>
        {error === null ? null : <ErrorNotice error={error} />}
        <div className="mm-bar">
          <Button type="submit" isDisabled={!live || !edited || pending} isLoading={pending}>
            Save
          </Button>
          <Button
            variant="link"
            isDisabled={!edited || pending}
            onClick={() => {
              setForm(formOf(view));
              setProblems({});
            }}
          >
            Undo
          </Button>
        </div>
      </Form>
      <TestPanel
        clusterId={clusterId}
        why={
          !live
            ? 'No host can be asked now.'
            : edited
              ? 'Save first: the test is sent with what is saved.'
              : view.email === null && view.webhook === null
                ? 'Nothing is set.'
                : null
        }
      />
    </>
  );
}
