/** Deployment of clusters: what the core calls. Everything rejects with a MinimeError. */
export type { ClusterRef, DeployContext, ProofContext } from './context.ts';
export { deploy } from './deploy.ts';
export { hostFacts } from './facts/hostFacts.ts';
export { fenceAgentForm } from './fence-agents/metadata.ts';
export { type HostResources, readHostResources } from './hostFiles.ts';
export { addHost } from './membership/addHost.ts';
export { removeHost } from './membership/removeHost.ts';
export { updateHostProgram } from './membership/updateHostProgram.ts';
export { noteDeployment } from './note.ts';
export { plan } from './plan/plan.ts';
export { preflight } from './preflight/preflight.ts';
export { removeCluster } from './removal/removeCluster.ts';
export { fenceTest } from './verify/fenceTest.ts';
export { verify } from './verify/verify.ts';
