import { XMLParser } from 'fast-xml-parser';
import { z } from 'zod';
import type { FenceAgent } from '../../../../src/contract/deployment.ts';
import { MinimeError } from '../../../../src/contract/errors.ts';
import type { RemoteHost } from '../../ssh/remoteHost.ts';

type Parameter = FenceAgent['parameters'][number];

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  textNodeName: 'text',
  parseAttributeValue: false,
  parseTagValue: false,
  isArray: (name) => ['parameter', 'option'].includes(name),
});

const text = z.union([z.string(), z.object({ text: z.string() }).transform((value) => value.text)]).catch('');
const metadataSchema = z.object({
  'resource-agent': z.object({
    name: z.string(),
    shortdesc: z.string().catch(''),
    parameters: z.object({
      parameter: z.array(
        z.object({
          name: z.string(),
          required: z.string().optional(),
          deprecated: z.string().optional(),
          content: z.object({
            type: z.string(),
            default: z.string().optional(),
            option: z.array(z.object({ value: z.string() })).optional(),
          }),
          shortdesc: text,
        }),
      ),
    }),
  }),
});

/** Set by Pacemaker or by deployment itself, or of no use in a cluster. */
const notForForms = new Set([
  ...[
    'action',
    'plug',
    'port',
    'nodename',
    'help',
    'version',
    'verbose',
    'verbose_level',
    'debug',
    'debug_file',
  ],
  ...['quiet', 'separator', 'plug_separator', 'stonith_status_sleep', 'disable_timeout'],
]);

/** Older agents do not mark their secrets, so names decide. Paths of scripts that print a secret are none. */
export function isSecretParameter(name: string): boolean {
  return /(^|_)(passwd|password|secret|secret_key|token|community|snmp_priv_passwd|snmp_auth_passwd)$/.test(
    name,
  );
}

/** The form of an agent, made from its metadata. `port` stays where an agent demands it: it names the outlet of a host. */
export function readFenceAgent(xml: string): FenceAgent {
  const agent = metadataSchema.parse(parser.parse(xml))['resource-agent'];
  return {
    name: agent.name,
    description: agent.shortdesc,
    parameters: agent.parameters.parameter
      .filter(({ name, deprecated }) => deprecated !== '1' && (name === 'plug' || !notForForms.has(name)))
      .map(({ name, required, content, shortdesc }) => ({
        name,
        description: shortdesc,
        // Pacemaker fills the plug in with the node name unless it is given.
        required: required === '1' && name !== 'plug',
        secret: isSecretParameter(name),
        type: typeOf(content.type),
        ...(content.default === undefined ? {} : { default: content.default }),
        ...(content.option === undefined ? {} : { options: content.option.map((option) => option.value) }),
      })),
  };
}

/** Asks an agent that is installed on the host. Throws `not-found` or `tool-failed`. */
export async function fenceAgentForm(
  host: RemoteHost,
  agent: string,
  signal?: AbortSignal,
): Promise<FenceAgent> {
  if (!/^fence_[A-Za-z0-9_]+$/.test(agent)) {
    throw new MinimeError({ kind: 'invalid-input', message: `“${agent}” is not the name of a fence agent.` });
  }
  const answer = await host.exec([agent, '-o', 'metadata'], signal === undefined ? {} : { signal });
  if (answer.code === 127) {
    throw new MinimeError({
      kind: 'not-found',
      host: host.label,
      message: `The fence agent ${agent} is not installed on ${host.label}.`,
      remedy: 'Install the package that contains it on all hosts.',
    });
  }
  try {
    return readFenceAgent(answer.stdout);
  } catch (error) {
    throw new MinimeError(
      {
        kind: 'tool-failed',
        host: host.label,
        message: `The fence agent ${agent} does not describe itself.`,
        cause: (error as Error).message,
        details: `${answer.stderr}\n${answer.stdout}`.slice(-4000),
      },
      { cause: error },
    );
  }
}

function typeOf(type: string): Parameter['type'] {
  switch (type) {
    case 'integer':
    case 'boolean':
    case 'select':
    case 'second':
      return type;
    default:
      return 'string';
  }
}
