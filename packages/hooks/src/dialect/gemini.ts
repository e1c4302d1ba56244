import type { AssistantMessage, JsonObject } from '@keepup/core'

import { type Dialect, momentOf, type ToldCall } from './dialect.ts'
import { matchesPattern } from './match-name.ts'
import { outcomeText } from './outcome-text.ts'
import { absolutePath, mcpNames, sameField, type ToolTranslation } from './tool-translation.ts'

const path = { ours: 'path', theirs: 'file_path', ...absolutePath }
const number = (by: number) => (value: unknown) => (typeof value === 'number' ? value + by : 0)

/** The built-in tools in the words of Gemini CLI. */
const geminiTools: readonly ToolTranslation[] = [
  {
    ours: 'shell',
    theirs: 'run_shell_command',
    aliases: ['ShellTool'],
    fields: [sameField('command')],
    ignored: ['description'],
  },
  {
    ours: 'read',
    theirs: 'read_file',
    aliases: ['ReadFileTool'],
    // It counts lines from 0.
    fields: [path, { ...sameField('offset'), out: number(-1), back: number(1) }, sameField('limit')],
  },
  { ours: 'write', theirs: 'write_file', aliases: ['WriteFileTool'], fields: [path, sameField('content')] },
  {
    ours: 'edit',
    theirs: 'replace',
    aliases: ['EditTool'],
    fields: [
      path,
      { ours: 'old_text', theirs: 'old_string' },
      { ours: 'new_text', theirs: 'new_string' },
      { ours: 'replace_all', theirs: 'allow_multiple' },
    ],
    ignored: ['instruction'],
  },
  {
    ours: 'grep',
    theirs: 'grep_search',
    aliases: ['search_file_content', 'GrepTool'],
    fields: [sameField('pattern'), { ours: 'path', theirs: 'dir_path', ...absolutePath }],
  },
  { ours: 'glob', theirs: 'glob', aliases: ['GlobTool'], fields: [sameField('pattern')] },
]

function toolFields({ name, input }: ToldCall): JsonObject {
  const mcp = mcpNames(name)
  return {
    tool_name: name,
    tool_input: input,
    ...(mcp === undefined ? {} : { mcp_context: { server_name: mcp.server, tool_name: mcp.tool } }),
  }
}

/** What is asked of a model is not told here: its name alone. */
function modelRequest(model: string): JsonObject {
  return { llm_request: { model, messages: [], config: {} } }
}

function spoken({ content }: AssistantMessage): string {
  return content.map((part) => (part.type === 'text' ? part.text : '')).join('')
}

/** Gemini CLI: `hooks` of its settings.json, as documented in November 2026. */
export const gemini: Dialect = {
  program: 'Gemini CLI',
  tools: geminiTools,
  plainText: false,
  refusalAfter: 'replaces',
  matches: matchesPattern,
  heedsAllowance: () => false,
  variables: ({ folder, thread }) => ({
    GEMINI_PROJECT_DIR: folder,
    GEMINI_CWD: folder,
    GEMINI_SESSION_ID: thread,
    CLAUDE_PROJECT_DIR: folder,
  }),
  base: (name, _, { thread, folder, now }) => ({
    session_id: thread,
    transcript_path: '',
    cwd: folder,
    hook_event_name: name,
    timestamp: new Date(now).toISOString(),
  }),
  moments: {
    BeforeTool: momentOf('tool-requested', (_, __, call) => toolFields(call)),
    AfterTool: momentOf('tool-ended', ({ outcome }, _, call) => {
      const text = outcomeText(outcome)
      const error = outcome.type === 'completed' ? {} : { error: { message: text, type: outcome.type } }
      return { ...toolFields(call), tool_response: { llmContent: text, returnDisplay: text, ...error } }
    }),
    BeforeAgent: momentOf('prompt-submitted', ({ prompt }) => ({ prompt })),
    AfterAgent: momentOf('stop-requested', ({ lastText, again }) => ({
      prompt: '',
      prompt_response: lastText,
      stop_hook_active: again,
    })),
    BeforeModel: momentOf('model-requested', ({ model }) => modelRequest(model)),
    BeforeToolSelection: momentOf('model-requested', ({ model }) => modelRequest(model)),
    AfterModel: momentOf('model-answered', ({ model, message, usage }) => ({
      ...modelRequest(model),
      llm_response: {
        candidates: [{ content: { role: 'model', parts: [spoken(message)] }, finishReason: 'STOP' }],
        usageMetadata: { totalTokenCount: usage.input + usage.output },
      },
    })),
    SessionStart: momentOf('session-started', ({ source }) => ({ source }), {
      matched: ({ source }) => source,
    }),
    SessionEnd: momentOf('session-ended', () => ({ reason: 'exit' }), { matched: () => 'exit' }),
    Notification: momentOf(
      'notified',
      ({ text }) => ({ notification_type: 'ToolPermission', message: text, details: {} }),
      { matched: () => 'ToolPermission' },
    ),
    PreCompress: momentOf('compaction-requested', ({ trigger }) => ({ trigger }), {
      matched: ({ trigger }) => trigger,
      guards: false,
    }),
  },
}
