import { catalogue, discoverLocalModels } from '@keepup/models'

import type { Host } from '../host.ts'
import { localServers } from '../model/local-servers.ts'

/** What helps a person who has no model yet: the keys and the servers of this machine that were found, and what to do next. Contacts servers on this machine alone. Never fails. */
export async function firstSteps({ environment, self }: Host): Promise<string> {
  const [providers, servers] = await Promise.all([
    catalogue().catch(() => ({})),
    discoverLocalModels({ timeout: 500, servers: localServers(environment) }).catch(() => []),
  ])
  const keyed = Object.values(providers).filter(({ env }) => env.some((name) => environment[name]))
  const keys =
    keyed.length === 0
      ? 'none'
      : keyed
          .map(({ id }) => id)
          .slice(0, 8)
          .join(', ')
  const local =
    servers.length === 0
      ? 'none'
      : servers
          .map(({ reference }) => reference)
          .slice(0, 8)
          .join(', ')
  return [
    '**There is no model to talk to yet.**',
    '',
    `- keys found in the environment: ${keys}`,
    `- model servers found on this machine: ${local}`,
    '',
    'Any one of these is enough:',
    '',
    '1. set a key, such as `ANTHROPIC_API_KEY`, `OPENAI_API_KEY` or `GEMINI_API_KEY`, and start again',
    '2. start Ollama, llama.cpp or LM Studio here, then `/model ollama/NAME`',
    `3. name any server of the OpenAI protocol: \`/model openai-compatible:URL#NAME\``,
    '',
    `\`${self.command} init\` writes a file of settings for this folder; \`${self.command} demo\` shows an agent without any model.`,
  ].join('\n')
}
