import type { Client, RequestOptions } from '@modelcontextprotocol/client'

import type { PromptAnswer } from '../mcp-connection.ts'
import { rawList } from './keep-raw.ts'
import { readMessage } from './read-entries.ts'

/** Which prompt, and what its arguments are. */
export interface PromptWanted {
  readonly name: string
  readonly args: Readonly<Record<string, string>>
}

/** Asks for a prompt with its arguments filled in. */
export async function getPrompt(
  client: Client,
  { name, args }: PromptWanted,
  request: RequestOptions,
): Promise<PromptAnswer> {
  const result = await client.getPrompt({ name, arguments: { ...args } }, request)
  const messages = rawList(result, 'messages').flatMap((raw) => readMessage(raw) ?? [])
  return { messages, ...(result.description === undefined ? {} : { description: result.description }) }
}
