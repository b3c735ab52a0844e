/** VMs by the host they run on in the beginning. */
export const homes = {
  n1: ['db', 'web', 'mail'],
  n2: ['wiki'],
  n3: ['files'],
} as const;
export const vmNames = Object.values(homes).flat();
export type VmName = (typeof vmNames)[number];
