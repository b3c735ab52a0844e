import { describe, expect, it } from 'vitest';
import type { NotificationView } from '../../../contract/notifications.ts';
import { formOf, isEdited, type NotificationForm, parseForm } from './form.ts';

const none: NotificationView = { revision: 0, email: null, webhook: null };
const set: NotificationView = {
  revision: 3,
  email: { to: ['ops@example.net'], from: 'minime@example.net' },
  webhook: { server: 'https://hooks.example.net' },
};
const typed = (part: Partial<NotificationForm>, view = none) => parseForm({ ...formOf(view), ...part }, view);

describe('what the admin types', () => {
  it('is unchanged at first, and means what is set', () => {
    expect(isEdited(formOf(set), set)).toBe(false);
    expect(parseForm(formOf(set), set)).toEqual({ settings: { email: set.email, webhook: 'keep' } });
    expect(parseForm(formOf(none), none)).toEqual({ settings: { email: null, webhook: null } });
  });

  it('may separate addresses as people do', () => {
    expect(typed({ emailOn: true, to: 'a@b.net; c@d.net,\ne@f.net' })).toMatchObject({
      settings: { email: { to: ['a@b.net', 'c@d.net', 'e@f.net'] } },
    });
  });

  it.each<[string, Partial<NotificationForm>, NotificationView, object]>([
    ['no address', { emailOn: true }, none, { to: 'Enter at least one e-mail address.' }],
    ['a wrong one', { emailOn: true, to: 'a@b.net c' }, none, { to: 'c is no e-mail address.' }],
    [
      'an option',
      { emailOn: true, to: '-oQ/tmp@b.net' },
      none,
      { to: '-oQ/tmp@b.net is no e-mail address.' },
    ],
    ['a wrong sender', { emailOn: true, to: 'a@b.net', from: 'me' }, none, { from: expect.any(String) }],
    ['no webhook', { webhookOn: true }, none, { url: expect.any(String) }],
    ['a file', { webhookOn: true, url: 'file:///etc/shadow' }, none, { url: expect.any(String) }],
    ['a password', { webhookOn: true, url: 'https://a:b@c.net/' }, set, { url: expect.any(String) }],
  ])('is told to be wrong: %s', (_case, part, view, problems) => {
    expect(typed(part, view)).toEqual({ problems });
  });

  it('replaces a webhook, or takes it off', () => {
    expect(typed({ url: ' https://other.net/x ' }, set)).toMatchObject({
      settings: { webhook: { url: 'https://other.net/x' } },
    });
    expect(typed({ webhookOn: false }, set)).toMatchObject({ settings: { webhook: null } });
  });
});
