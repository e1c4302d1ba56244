import type { McpStdioServerDefinition } from 'vscode'

import type { Editor } from '../editor.ts'
import type { Program } from '../program/program.ts'

/**
 * keepup as an MCP server, for the editor's own agent: the tools of a run, decided by the same rules, each call recorded in a thread. The servers that keepup itself is
 * configured with are behind their own approvals and are not handed on.
 */
export function serversOf(
  editor: Pick<Editor, 'McpStdioServerDefinition' | 'workspace'>,
  { command, flags, environment }: Program,
  folder: string | undefined,
): readonly McpStdioServerDefinition[] {
  const isWanted = editor.workspace.getConfiguration('keepup').get<unknown>('offerServers') !== false
  if (!isWanted || folder === undefined) return []
  const words = ['mcp', 'serve', '--cwd', folder, ...flags]
  const variables = Object.entries(environment).map(([name, value]) => [name, value ?? null] as const)
  return [new editor.McpStdioServerDefinition('keepup', command, words, Object.fromEntries(variables))]
}
