import { containing, folder, list, text, type PayloadCase, payloads } from './payload-case.ts'

const bash = { tool_name: 'Bash', tool_input: { command: 'rm victim', timeout: 5 }, tool_use_id: 'call-1' }
const listed = { tool_name: 'Bash', tool_input: { command: 'ls' } }

const base = (hook_event_name: string): object => ({
  hook_event_name,
  session_id: 'a-thread',
  transcript_path: text,
  cwd: folder,
  permission_mode: 'acceptEdits',
})

/** What hooks of Claude Code are told. */
export const claudePayloads: readonly PayloadCase[] = payloads(base, [
  ['PreToolUse', 'a call', bash],
  [
    'PreToolUse',
    'a call of an MCP server',
    { tool_name: 'mcp__files__list', tool_input: { at: '/' }, tool_use_id: 'call-1', mcp_server: 'files' },
  ],
  ['PermissionRequest', 'a question', { ...listed, tool_use_id: 'call-1', permission_suggestions: list }],
  [
    'PostToolUse',
    'a call that completed',
    {
      ...listed,
      tool_use_id: 'call-1',
      tool_response: { stdout: 'printed', stderr: '', interrupted: false, isImage: false },
      duration_ms: 12,
    },
  ],
  [
    'PostToolUseFailure',
    'a call that failed',
    {
      ...listed,
      tool_use_id: 'call-1',
      error: containing('It broke.'),
      is_interrupt: false,
      duration_ms: 12,
    },
  ],
  ['PermissionDenied', 'a call that was denied', { ...listed, tool_use_id: 'call-1', reason: 'never' }],
  ['UserPromptSubmit', 'a prompt', { prompt: 'do it' }],
  ['SessionStart', 'a start', { source: 'startup', model: 'a/b' }],
  ['SessionStart', 'a resume', { source: 'resume', model: 'a/b' }],
  ['SessionEnd', 'an end', { reason: 'other' }],
  ['Stop', 'a stop', { stop_hook_active: true, last_assistant_message: 'done' }],
  ['SubagentStart', 'the start of an agent', { agent_id: 'a1', agent_type: 'reviewer' }],
  [
    'SubagentStop',
    'the end of an agent',
    {
      stop_hook_active: false,
      agent_id: 'a1',
      agent_type: 'reviewer',
      agent_transcript_path: text,
      last_assistant_message: 'done',
    },
  ],
  ['PreCompact', 'before a compaction', { trigger: 'auto', custom_instructions: text }],
  ['PostCompact', 'after a compaction', { trigger: 'manual', compact_summary: text }],
  ['Notification', 'a notice', { message: 'An approval waits.', notification_type: 'permission_prompt' }],
])
