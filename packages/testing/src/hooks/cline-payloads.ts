import { containing, folder, number, object, text, time, type PayloadCase, payloads } from './payload-case.ts'

const base = (): object => ({
  clineVersion: text,
  timestamp: time,
  taskId: 'a-thread',
  sessionContext: { rootSessionId: 'a-thread' },
  workspaceRoots: [folder],
  userId: 'me',
  agent_id: 'a-thread',
  parent_agent_id: null,
})
const call = { id: 'call-1', name: 'execute_command', input: { command: 'ls' } }

/** What hooks of Cline are told: the fields of its command line, and those of its editor extension. */
export const clinePayloads: readonly PayloadCase[] = payloads(base, [
  ['TaskStart', 'a start', { hookName: 'agent_start', taskStart: { taskMetadata: object } }],
  [
    'TaskResume',
    'a resume',
    { hookName: 'agent_resume', taskResume: { taskMetadata: object, previousState: object } },
  ],
  [
    'TaskCancel',
    'an interrupt',
    { hookName: 'agent_abort', reason: 'interrupted', taskCancel: { taskMetadata: object } },
  ],
  [
    'TaskComplete',
    'an end',
    {
      hookName: 'agent_end',
      iteration: number,
      turn: { outputText: text, status: 'completed' },
      taskComplete: { taskMetadata: object },
    },
  ],
  [
    'TaskError',
    'a failure',
    {
      hookName: 'agent_error',
      iteration: number,
      error: { name: 'Error', message: 'failed' },
      taskCancel: { taskMetadata: object },
    },
  ],
  [
    'PreToolUse',
    'a call',
    {
      hookName: 'tool_call',
      iteration: number,
      tool_call: { ...call, input: { command: 'rm victim' } },
      preToolUse: { toolName: 'execute_command', parameters: { command: 'rm victim' } },
    },
  ],
  [
    'PostToolUse',
    'a call that completed',
    {
      hookName: 'tool_result',
      iteration: number,
      tool_result: { ...call, output: 'printed', durationMs: 12, startedAt: time, endedAt: time },
      postToolUse: {
        toolName: 'execute_command',
        parameters: { command: 'ls' },
        result: 'printed',
        success: true,
        executionTimeMs: 12,
      },
    },
  ],
  [
    'PostToolUse',
    'a call that failed',
    {
      hookName: 'tool_result',
      iteration: number,
      tool_result: {
        ...call,
        output: text,
        error: containing('It broke.'),
        durationMs: 12,
        startedAt: time,
        endedAt: time,
      },
      postToolUse: {
        toolName: 'execute_command',
        parameters: { command: 'ls' },
        result: text,
        success: false,
        executionTimeMs: 12,
      },
    },
  ],
  [
    'UserPromptSubmit',
    'a prompt',
    { hookName: 'prompt_submit', userPromptSubmit: { prompt: 'do it', attachments: [] } },
  ],
  ['PreCompact', 'before a compaction', { hookName: 'pre_compact', preCompact: { trigger: 'auto' } }],
  ['SessionShutdown', 'an end', { hookName: 'session_shutdown', reason: 'completed' }],
])
