import type { Lab } from '../lab.ts';

/** 1 if dpkg was done before such a moment came. */
const stopWhileUnpacked = `
until dpkg=$(pgrep --full 'dpkg .*--[u]npack'); do sleep 0.05; done
while kill -STOP $dpkg; do
  if dpkg-query --show --showformat='\${db:Status-Eflag} \${db:Status-Status}\\n' | grep --quiet '^reinstreq unpacked'
  then exit 0
  fi
  kill -CONT $dpkg
  sleep 0.002
done
exit 1
`;

/**
 * Cuts the power of a host on which packages are installed, in the moment that is hardest to mend: one of them is
 * unpacked and not yet noted as whole, and apt by itself would try to set it up for ever.
 */
export async function cutPowerWhileUnpacking(lab: Lab, host: string): Promise<void> {
  await lab.exec(host, ['sh', '-c', stopWhileUnpacked]);
  await lab.kill(host);
}
