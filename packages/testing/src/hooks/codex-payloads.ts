import { folder, text, textOrNull, type PayloadCase, payloads } from './payload-case.ts'

const base = (hook_event_name: string): object => ({
  hook_event_name,
  session_id: 'a-thread',
  transcript_path: textOrNull,
  cwd: folder,
})
const turn = { model: 'a/b', permission_mode: 'acceptEdits', turn_id: text }
const listed = { tool_name: 'Bash', tool_input: { command: 'ls' } }
const bash = { tool_name: 'Bash', tool_input: { command: 'rm victim' }, tool_use_id: 'call-1' }

/** What hooks of Codex are told. Its objects are closed: no payload has a field more. */
export const codexPayloads: readonly PayloadCase[] = payloads(base, [
  ['PreModelRequest', 'a call of the model', turn],
  ['PreToolUse', 'a call', { ...turn, ...bash }],
  ['PermissionRequest', 'a question', { ...turn, ...listed }],
  [
    'PostToolUse',
    'a call that completed',
    { ...turn, ...listed, tool_response: 'printed', tool_use_id: 'call-1' },
  ],
  ['UserPromptSubmit', 'a prompt', { ...turn, prompt: 'do it' }],
  ['SessionStart', 'a resume', { model: 'a/b', permission_mode: 'acceptEdits', source: 'resume' }],
  ['SessionEnd', 'an end', { reason: 'other' }],
  ['SubagentStart', 'the start of an agent', { ...turn, agent_id: 'a1', agent_type: 'reviewer' }],
  [
    'SubagentStop',
    'the end of an agent',
    {
      ...turn,
      agent_id: 'a1',
      agent_type: 'reviewer',
      agent_transcript_path: textOrNull,
      last_assistant_message: 'done',
      stop_hook_active: false,
    },
  ],
  ['Stop', 'a stop', { ...turn, last_assistant_message: 'done', stop_hook_active: true }],
  ['PreCompact', 'before a compaction', { model: 'a/b', turn_id: text, trigger: 'auto' }],
  ['PostCompact', 'after a compaction', { model: 'a/b', turn_id: text, trigger: 'manual' }],
  ['Interrupt', 'an interrupt', turn],
])
