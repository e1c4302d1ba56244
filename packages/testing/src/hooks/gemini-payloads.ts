import { containing, folder, list, object, text, time, type PayloadCase, payloads } from './payload-case.ts'

const base = (hook_event_name: string): object => ({
  hook_event_name,
  session_id: 'a-thread',
  transcript_path: text,
  cwd: folder,
  timestamp: time,
})
const request = { llm_request: { model: 'a/b', messages: list, config: object } }

/** What hooks of Gemini CLI are told. */
export const geminiPayloads: readonly PayloadCase[] = payloads(base, [
  ['BeforeTool', 'a call', { tool_name: 'run_shell_command', tool_input: { command: 'rm victim' } }],
  [
    'BeforeTool',
    'a call of an MCP server',
    {
      tool_name: 'mcp__files__list',
      tool_input: { at: '/' },
      mcp_context: { server_name: 'files', tool_name: 'list' },
    },
  ],
  [
    'AfterTool',
    'a call that completed',
    {
      tool_name: 'run_shell_command',
      tool_input: { command: 'ls' },
      tool_response: { llmContent: 'printed', returnDisplay: 'printed' },
    },
  ],
  [
    'AfterTool',
    'a call that failed',
    {
      tool_name: 'run_shell_command',
      tool_input: { command: 'ls' },
      tool_response: {
        llmContent: containing('It broke.'),
        returnDisplay: text,
        error: { message: containing('It broke.'), type: text },
      },
    },
  ],
  ['BeforeAgent', 'a prompt', { prompt: 'do it' }],
  ['AfterAgent', 'a stop', { prompt: text, prompt_response: 'done', stop_hook_active: true }],
  ['BeforeModel', 'a call of the model', request],
  ['BeforeToolSelection', 'a call of the model', request],
  [
    'AfterModel',
    'an answer',
    {
      ...request,
      llm_response: {
        candidates: [{ content: { role: 'model', parts: ['hello'] }, finishReason: 'STOP' }],
        usageMetadata: { totalTokenCount: 7 },
      },
    },
  ],
  ['SessionStart', 'a start', { source: 'startup' }],
  ['SessionEnd', 'an end', { reason: 'exit' }],
  [
    'Notification',
    'a notice',
    { notification_type: 'ToolPermission', message: 'An approval waits.', details: object },
  ],
  ['PreCompress', 'before a compaction', { trigger: 'auto' }],
])
