import {
  emailSettingsSchema,
  type NotificationSettings,
  type NotificationView,
  webhookUrlSchema,
} from '../../../contract/notifications.ts';

/** What the admin has typed. */
export interface NotificationForm {
  emailOn: boolean;
  to: string;
  from: string;
  webhookOn: boolean;
  /** Empty: the one that is set stays, if there is one. Its address is not known here. */
  url: string;
}

export interface FormProblems {
  to?: string;
  from?: string;
  url?: string;
}

export const formOf = ({ email, webhook }: NotificationView): NotificationForm => ({
  emailOn: email !== null,
  to: email?.to.join(', ') ?? '',
  from: email?.from ?? '',
  webhookOn: webhook !== null,
  url: '',
});

/** The settings, or what is wrong with which field. Pure. */
export function parseForm(
  form: NotificationForm,
  view: NotificationView,
): { settings: NotificationSettings } | { problems: FormProblems } {
  const problems: FormProblems = {};
  const to = form.to.split(/[\s,;]+/).filter((address) => address !== '');
  const from = form.from.trim();
  const email = emailSettingsSchema.safeParse({ to, ...(from === '' ? {} : { from }) });
  if (form.emailOn && !email.success) {
    for (const { path, message } of email.error.issues) {
      if (path[0] === 'from') problems.from = message;
      else problems.to = to.length === 0 ? 'Enter at least one e-mail address.' : wrongAddress(to, path[1]);
    }
  }
  const keep = form.url.trim() === '' && view.webhook !== null;
  const url = webhookUrlSchema.safeParse(form.url);
  if (form.webhookOn && !keep && !url.success) problems.url = url.error.issues[0]?.message ?? '';
  if (Object.keys(problems).length > 0) return { problems };
  return {
    settings: {
      email: form.emailOn && email.success ? email.data : null,
      webhook: !form.webhookOn ? null : url.success && !keep ? { url: url.data } : 'keep',
    },
  };
}

const wrongAddress = (addresses: readonly string[], index: PropertyKey | undefined): string =>
  typeof index === 'number' && addresses[index] !== undefined
    ? `${addresses[index]} is no e-mail address.`
    : 'Enter at most 20 addresses.';

export const isEdited = (form: NotificationForm, view: NotificationView): boolean =>
  JSON.stringify(form) !== JSON.stringify(formOf(view));
