import type { JsonObject, Mode } from '@keepup/core'

import { claudeResponse } from './claude-response.ts'
import { type Dialect, momentOf } from './dialect.ts'
import { matchesListOrPattern } from './match-name.ts'
import { outcomeText } from './outcome-text.ts'
import { absolutePath, mcpNames, sameField, type ToolTranslation } from './tool-translation.ts'

const path = { ours: 'path', theirs: 'file_path', ...absolutePath }

/** The built-in tools in the words of Claude Code. */
const claudeTools: readonly ToolTranslation[] = [
  {
    ours: 'shell',
    theirs: 'Bash',
    fields: [sameField('command'), { ours: 'timeout_ms', theirs: 'timeout' }],
    ignored: ['description', 'run_in_background'],
  },
  { ours: 'read', theirs: 'Read', fields: [path, sameField('offset'), sameField('limit')] },
  { ours: 'write', theirs: 'Write', fields: [path, sameField('content')] },
  {
    ours: 'edit',
    theirs: 'Edit',
    aliases: ['MultiEdit'],
    fields: [
      path,
      { ours: 'old_text', theirs: 'old_string' },
      { ours: 'new_text', theirs: 'new_string' },
      sameField('replace_all'),
    ],
  },
  { ours: 'grep', theirs: 'Grep', fields: [sameField('pattern'), { ...sameField('path'), ...absolutePath }] },
  { ours: 'glob', theirs: 'Glob', fields: [sameField('pattern')] },
]

const permissionModes: Readonly<Record<Mode, string>> = {
  plan: 'plan',
  ask: 'default',
  'auto-edit': 'acceptEdits',
  auto: 'auto',
  yolo: 'bypassPermissions',
}

const toolFields = (call: { readonly name: string; readonly input: JsonObject }): JsonObject => ({
  tool_name: call.name,
  tool_input: call.input,
})

const trigger = ({ trigger: what }: { readonly trigger: string }): string => what
const role = (event: { readonly role: string }): string => event.role
const isFailure = (type: string): boolean => type === 'failed' || type === 'timed-out' || type === 'unknown'

/** Moments of Claude Code that never come here. */
const elsewhere: readonly string[] = [
  'PostToolBatch',
  'UserPromptExpansion',
  'StopFailure',
  'PreModelSwitch',
  'PostModelSwitch',
  'Setup',
  'TeammateIdle',
  'TaskCreated',
  'TaskCompleted',
  'Elicitation',
  'ElicitationResult',
  'ConfigChange',
  'WorktreeCreate',
  'WorktreeRemove',
  'InstructionsLoaded',
  'CwdChanged',
  'FileChanged',
  'DirectoryAdded',
  'MessageDisplay',
]

/** Claude Code: `hooks` of its settings.json, as documented in November 2026. */
export const claude: Dialect = {
  program: 'Claude Code',
  tools: claudeTools,
  elsewhere,
  plainText: true,
  refusalAfter: 'told',
  matches: (matcher, names) => matchesListOrPattern(matcher, names, /^[\w\-, |]*$/),
  heedsAllowance: (on) => on === 'tool-requested' || on === 'permission-requested',
  variables: ({ folder }) => ({ CLAUDE_PROJECT_DIR: folder }),
  base: (name, _, { thread, folder, mode }) => ({
    session_id: thread,
    transcript_path: '',
    cwd: folder,
    permission_mode: permissionModes[mode],
    hook_event_name: name,
  }),
  moments: {
    PreToolUse: momentOf('tool-requested', (_, __, call) => {
      const server = mcpNames(call.name)?.server
      return {
        ...toolFields(call),
        tool_use_id: call.id,
        ...(server === undefined ? {} : { mcp_server: server }),
      }
    }),
    PermissionRequest: momentOf('permission-requested', (_, __, call) => ({
      ...toolFields(call),
      tool_use_id: call.id,
      permission_suggestions: [],
    })),
    PostToolUse: momentOf(
      'tool-ended',
      ({ outcome, duration }, _, call) => ({
        ...toolFields(call),
        tool_response: claudeResponse(call, outcome),
        tool_use_id: call.id,
        duration_ms: Math.round(duration),
      }),
      { wants: ({ outcome }) => outcome.type === 'completed' },
    ),
    PostToolUseFailure: momentOf(
      'tool-ended',
      ({ outcome, duration }, _, call) => ({
        ...toolFields(call),
        tool_use_id: call.id,
        error: outcomeText(outcome),
        is_interrupt: outcome.type === 'unknown',
        duration_ms: Math.round(duration),
      }),
      { wants: ({ outcome }) => isFailure(outcome.type) },
    ),
    PermissionDenied: momentOf(
      'tool-ended',
      ({ outcome }, _, call) => ({ ...toolFields(call), tool_use_id: call.id, reason: outcomeText(outcome) }),
      { wants: ({ outcome }) => outcome.type === 'denied' },
    ),
    UserPromptSubmit: momentOf('prompt-submitted', ({ prompt }) => ({ prompt }), { textIsContext: true }),
    SessionStart: momentOf(
      'session-started',
      ({ source }, { model }) => ({ source, ...(model === '' ? {} : { model }) }),
      { matched: ({ source }) => source, textIsContext: true },
    ),
    SessionEnd: momentOf('session-ended', () => ({ reason: 'other' }), { matched: () => 'other' }),
    Stop: momentOf('stop-requested', ({ again, lastText }) => ({
      stop_hook_active: again,
      last_assistant_message: lastText,
    })),
    SubagentStart: momentOf('agent-started', (event) => ({ agent_id: event.agent, agent_type: event.role }), {
      matched: role,
    }),
    SubagentStop: momentOf(
      'agent-ended',
      (event) => ({
        stop_hook_active: event.again,
        agent_id: event.agent,
        agent_type: event.role,
        agent_transcript_path: '',
        last_assistant_message: event.lastText,
      }),
      { matched: role },
    ),
    PreCompact: momentOf(
      'compaction-requested',
      (event) => ({ trigger: event.trigger, custom_instructions: '' }),
      { matched: trigger },
    ),
    PostCompact: momentOf('compaction-ended', (event) => ({ trigger: event.trigger, compact_summary: '' }), {
      matched: trigger,
    }),
    Notification: momentOf(
      'notified',
      ({ text }) => ({ message: text, notification_type: 'permission_prompt' }),
      { matched: () => 'permission_prompt' },
    ),
  },
}
