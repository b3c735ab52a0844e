/** Debian packages that the tests against a real sshd need; all of them are small and in main. */
export const sshdPackages: readonly string[] = [
  'openssh-server',
  'openssh-client',
  'sudo',
  'passwd', // useradd, chpasswd, userdel
  'procps',
  'busybox',
  'fish',
  'tcsh',
  'zsh',
];
