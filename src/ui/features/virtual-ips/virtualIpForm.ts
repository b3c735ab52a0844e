import { type VirtualIpSpec, virtualIpSpecSchema } from '../../../contract/virtualIp.ts';

/** What stands in the fields of the dialog, as typed. `preferredHost` empty: any. */
export interface VirtualIpFields {
  name: string;
  address: string;
  networkCard: string;
  preferredHost: string;
}

export type VirtualIpProblems = Partial<Record<keyof VirtualIpFields, string>>;

const addressFormat = 'Enter an address with the length of its network, as 10.0.0.50/24.';

/** The virtual IP that the fields mean, or what is wrong with which field. */
export function readVirtualIp(
  fields: VirtualIpFields,
): { value: VirtualIpSpec } | { problems: VirtualIpProblems } {
  const networkCard = fields.networkCard.trim();
  const [, address, prefixLength] = /^([^/\s]+)\/(\d{1,3})$/.exec(fields.address.trim()) ?? [];
  if (address === undefined) return { problems: { address: addressFormat } };
  const parsed = virtualIpSpecSchema.safeParse({
    name: fields.name.trim(),
    address,
    prefixLength: Number(prefixLength),
    ...(networkCard === '' ? {} : { networkCard }),
    ...(fields.preferredHost === '' ? {} : { preferredHost: fields.preferredHost }),
  });
  if (parsed.success) return { value: parsed.data };
  const problems: VirtualIpProblems = {};
  for (const { path, message } of parsed.error.issues) {
    const [field] = path;
    if (field === 'name' || field === 'networkCard' || field === 'preferredHost') problems[field] ??= message;
    else if (field === 'prefixLength') problems.address ??= addressFormat;
    else problems.address ??= message;
  }
  return { problems };
}
