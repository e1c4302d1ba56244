import type { DialectName } from '../../src/index.ts'
import type { MomentName } from './moments.ts'

/** What a hook is told at a moment: every field, and none more. `FOLDER` and `TIME` stand for what differs from run to run. */
export interface PayloadCase {
  readonly dialect: DialectName
  readonly event: string
  readonly at: MomentName
  readonly told: Readonly<Record<string, unknown>>
}

const bash = { tool_name: 'Bash', tool_input: { command: 'rm victim', timeout: 5 }, tool_use_id: 'call-1' }
const listed = { tool_name: 'Bash', tool_input: { command: 'ls' } }

const claudeBase = {
  session_id: 'a-thread',
  transcript_path: '',
  cwd: 'FOLDER',
  permission_mode: 'acceptEdits',
}

const claude: readonly (readonly [string, MomentName, object])[] = [
  ['PreToolUse', 'a call', bash],
  [
    'PreToolUse',
    'a call of an MCP server',
    { tool_name: 'mcp__files__list', tool_input: { at: '/' }, tool_use_id: 'call-1', mcp_server: 'files' },
  ],
  ['PermissionRequest', 'a question', { ...listed, tool_use_id: 'call-1', permission_suggestions: [] }],
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
    { ...listed, tool_use_id: 'call-1', error: 'It broke.', is_interrupt: false, duration_ms: 12 },
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
      agent_transcript_path: '',
      last_assistant_message: 'done',
    },
  ],
  ['PreCompact', 'before a compaction', { trigger: 'auto', custom_instructions: '' }],
  ['PostCompact', 'after a compaction', { trigger: 'manual', compact_summary: '' }],
  ['Notification', 'a notice', { message: 'An approval waits.', notification_type: 'permission_prompt' }],
]

const codexBase = { session_id: 'a-thread', transcript_path: null, cwd: 'FOLDER' }
const codexTurn = { model: 'a/b', permission_mode: 'acceptEdits', turn_id: '' }
const codexBash = { tool_name: 'Bash', tool_input: { command: 'rm victim' }, tool_use_id: 'call-1' }

const codex: readonly (readonly [string, MomentName, object])[] = [
  ['PreModelRequest', 'a call of the model', codexTurn],
  ['PreToolUse', 'a call', { ...codexTurn, ...codexBash }],
  ['PermissionRequest', 'a question', { ...codexTurn, ...listed }],
  [
    'PostToolUse',
    'a call that completed',
    { ...codexTurn, ...listed, tool_response: 'printed', tool_use_id: 'call-1' },
  ],
  ['UserPromptSubmit', 'a prompt', { ...codexTurn, prompt: 'do it' }],
  ['SessionStart', 'a resume', { model: 'a/b', permission_mode: 'acceptEdits', source: 'resume' }],
  ['SessionEnd', 'an end', { reason: 'other' }],
  ['SubagentStart', 'the start of an agent', { ...codexTurn, agent_id: 'a1', agent_type: 'reviewer' }],
  [
    'SubagentStop',
    'the end of an agent',
    {
      ...codexTurn,
      agent_id: 'a1',
      agent_type: 'reviewer',
      agent_transcript_path: null,
      last_assistant_message: 'done',
      stop_hook_active: false,
    },
  ],
  ['Stop', 'a stop', { ...codexTurn, last_assistant_message: 'done', stop_hook_active: true }],
  ['PreCompact', 'before a compaction', { model: 'a/b', turn_id: '', trigger: 'auto' }],
  ['PostCompact', 'after a compaction', { model: 'a/b', turn_id: '', trigger: 'manual' }],
  ['Interrupt', 'an interrupt', codexTurn],
]

const geminiBase = { session_id: 'a-thread', transcript_path: '', cwd: 'FOLDER', timestamp: 'TIME' }
const geminiRequest = { llm_request: { model: 'a/b', messages: [], config: {} } }

const gemini: readonly (readonly [string, MomentName, object])[] = [
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
        llmContent: 'It broke.',
        returnDisplay: 'It broke.',
        error: { message: 'It broke.', type: 'failed' },
      },
    },
  ],
  ['BeforeAgent', 'a prompt', { prompt: 'do it' }],
  ['AfterAgent', 'a stop', { prompt: '', prompt_response: 'done', stop_hook_active: true }],
  ['BeforeModel', 'a call of the model', geminiRequest],
  ['BeforeToolSelection', 'a call of the model', geminiRequest],
  [
    'AfterModel',
    'an answer',
    {
      ...geminiRequest,
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
    { notification_type: 'ToolPermission', message: 'An approval waits.', details: {} },
  ],
  ['PreCompress', 'before a compaction', { trigger: 'auto' }],
]

const clineBase = {
  clineVersion: '',
  timestamp: 'TIME',
  taskId: 'a-thread',
  sessionContext: { rootSessionId: 'a-thread' },
  workspaceRoots: ['FOLDER'],
  userId: 'me',
  agent_id: 'a-thread',
  parent_agent_id: null,
}
const clineCall = { id: 'call-1', name: 'execute_command', input: { command: 'ls' } }

const cline: readonly (readonly [string, MomentName, object])[] = [
  ['TaskStart', 'a start', { hookName: 'agent_start', taskStart: { taskMetadata: {} } }],
  [
    'TaskResume',
    'a resume',
    { hookName: 'agent_resume', taskResume: { taskMetadata: {}, previousState: {} } },
  ],
  [
    'TaskCancel',
    'an interrupt',
    { hookName: 'agent_abort', reason: 'interrupted', taskCancel: { taskMetadata: {} } },
  ],
  [
    'TaskComplete',
    'an end',
    {
      hookName: 'agent_end',
      iteration: 0,
      turn: { outputText: '', status: 'completed' },
      taskComplete: { taskMetadata: {} },
    },
  ],
  [
    'TaskError',
    'a failure',
    {
      hookName: 'agent_error',
      iteration: 0,
      error: { name: 'Error', message: 'failed' },
      taskCancel: { taskMetadata: {} },
    },
  ],
  [
    'PreToolUse',
    'a call',
    {
      hookName: 'tool_call',
      iteration: 0,
      tool_call: { ...clineCall, input: { command: 'rm victim' } },
      preToolUse: { toolName: 'execute_command', parameters: { command: 'rm victim' } },
    },
  ],
  [
    'PostToolUse',
    'a call that completed',
    {
      hookName: 'tool_result',
      iteration: 0,
      tool_result: { ...clineCall, output: 'printed', durationMs: 12, startedAt: 'TIME', endedAt: 'TIME' },
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
      iteration: 0,
      tool_result: {
        ...clineCall,
        output: 'It broke.',
        error: 'It broke.',
        durationMs: 12,
        startedAt: 'TIME',
        endedAt: 'TIME',
      },
      postToolUse: {
        toolName: 'execute_command',
        parameters: { command: 'ls' },
        result: 'It broke.',
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
]

/** Every moment of every dialect. */
export const payloadCases: readonly PayloadCase[] = [
  ...claude.map((row) => caseOf('claude', claudeBase, row)),
  ...codex.map((row) => caseOf('codex', codexBase, row)),
  ...gemini.map((row) => caseOf('gemini', geminiBase, row)),
  ...cline.map((row) => caseOf('cline', clineBase, row)),
]

function caseOf(
  dialect: DialectName,
  base: object,
  [event, at, told]: readonly [string, MomentName, object],
): PayloadCase {
  const named = dialect === 'cline' ? {} : { hook_event_name: event }
  return { dialect, event, at, told: { ...base, ...named, ...told } }
}
