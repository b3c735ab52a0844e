import { type HostAddress, hostAddressSchema } from '../../../contract/inventory.ts';

/** What stands in the fields of the dialog: all text, as typed. */
export interface AddressFields {
  address: string;
  port: string;
  user: string;
  identityFile: string;
}

export type AddressProblems = Partial<Record<keyof AddressFields, string>>;

/** The address that the fields mean, or what is wrong with which field, in the contract's own words. */
export function readAddress(fields: AddressFields): { value: HostAddress } | { problems: AddressProblems } {
  const port = fields.port.trim();
  const user = fields.user.trim();
  const identityFile = fields.identityFile.trim();
  if (port !== '' && !/^\d+$/.test(port))
    return { problems: { port: 'A port is a number from 1 to 65535.' } };
  const parsed = hostAddressSchema.safeParse({
    address: fields.address,
    ...(port === '' ? {} : { port: Number(port) }),
    ...(user === '' ? {} : { user }),
    ...(identityFile === '' ? {} : { identityFile }),
  });
  if (parsed.success) return { value: parsed.data };
  const problems: AddressProblems = {};
  for (const issue of parsed.error.issues) {
    const field = issue.path[0];
    if (field === 'port') problems.port ??= 'A port is a number from 1 to 65535.';
    else if (field === 'address' || field === 'user' || field === 'identityFile')
      problems[field] ??= issue.message;
  }
  return { problems };
}

/** Splits what admins paste: `user@host:port`. An IPv6 address is left alone. */
export function splitPasted(text: string): Partial<AddressFields> {
  const match = /^(?:([^@\s]+)@)?([^@:\s]+)(?::(\d{1,5}))?$/.exec(text.trim());
  if (match === null) return { address: text };
  const [, user, address, port] = match;
  return {
    address: address ?? text,
    ...(user === undefined ? {} : { user }),
    ...(port === undefined ? {} : { port }),
  };
}
