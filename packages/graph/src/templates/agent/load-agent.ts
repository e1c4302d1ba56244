import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'

import type { AgentConfiguration } from '../schema/agent-configuration.ts'
import { readAgentText } from './read-agent.ts'

/**
 * Reads the configuration of an agent from a file: JSON, YAML, or Markdown with front matter.
 *
 * @throws KeepupError `configuration-invalid`, with every error and its place in `details.problems`; or what reading the file throws
 */
export async function loadAgent(path: string): Promise<AgentConfiguration> {
  const file = resolve(path)
  return readAgentText(await readFile(file, 'utf8'), file)
}
