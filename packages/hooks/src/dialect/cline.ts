import type { JsonObject, JsonValue } from '@keepup/core'

import { type Dialect, momentOf } from './dialect.ts'
import { outcomeText } from './outcome-text.ts'
import { blockOfEdit } from './patch-text.ts'
import { sameField, type ToolTranslation } from './tool-translation.ts'

/** The built-in tools in the words of Cline. */
const clineTools: readonly ToolTranslation[] = [
  {
    ours: 'shell',
    theirs: 'execute_command',
    aliases: ['run_commands'],
    fields: [sameField('command')],
    ignored: ['requires_approval'],
  },
  { ours: 'read', theirs: 'read_file', fields: [sameField('path'), sameField('offset'), sameField('limit')] },
  { ours: 'write', theirs: 'write_to_file', fields: [sameField('path'), sameField('content')] },
  { ours: 'edit', theirs: 'replace_in_file', aliases: ['editor'], whole: blockOfEdit },
  {
    ours: 'grep',
    theirs: 'search_files',
    fields: [{ ours: 'pattern', theirs: 'regex' }, sameField('path')],
  },
]

/** The names that payloads have, by the names that files have. */
const hookNames: Readonly<Record<string, string>> = {
  TaskStart: 'agent_start',
  TaskResume: 'agent_resume',
  TaskCancel: 'agent_abort',
  TaskComplete: 'agent_end',
  TaskError: 'agent_error',
  PreToolUse: 'tool_call',
  PostToolUse: 'tool_result',
  UserPromptSubmit: 'prompt_submit',
  PreCompact: 'pre_compact',
  SessionShutdown: 'session_shutdown',
}

const nothingKnown = { taskMetadata: {} }
const noIteration = { iteration: 0 }
const cancelled: ReadonlySet<string> = new Set(['interrupted', 'stopped'])

/** Every value as text: hooks of its editor extension read `parameters` so. */
function parametersOf(input: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(input).map(([key, value]) => [key, textOf(value)]))
}

function textOf(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** Cline: files in `hooks` folders, as of November 2026; payloads have the fields of its command line and those of its editor extension. */
export const cline: Dialect = {
  program: 'Cline',
  tools: clineTools,
  plainText: false,
  refusalAfter: 'stops',
  // Its files are for every tool.
  matches: () => true,
  heedsAllowance: () => false,
  variables: () => ({}),
  base: (name, _, { thread, folder, now, environment }) => ({
    clineVersion: environment['CLINE_VERSION'] ?? '',
    hookName: hookNames[name] ?? name,
    timestamp: new Date(now).toISOString(),
    taskId: thread,
    sessionContext: { rootSessionId: thread },
    workspaceRoots: [folder],
    userId: environment['CLINE_USER_ID'] ?? environment['USER'] ?? 'unknown',
    agent_id: thread,
    parent_agent_id: null,
  }),
  moments: {
    TaskStart: momentOf('session-started', () => ({ taskStart: nothingKnown }), {
      wants: ({ source }) => source === 'startup',
    }),
    TaskResume: momentOf('session-started', () => ({ taskResume: { ...nothingKnown, previousState: {} } }), {
      wants: ({ source }) => source === 'resume',
    }),
    TaskCancel: momentOf('session-ended', ({ reason }) => ({ reason, taskCancel: nothingKnown }), {
      wants: ({ reason }) => cancelled.has(reason),
    }),
    TaskComplete: momentOf(
      'session-ended',
      () => ({ ...noIteration, turn: { outputText: '', status: 'completed' }, taskComplete: nothingKnown }),
      { wants: ({ reason }) => reason === 'completed' },
    ),
    TaskError: momentOf(
      'session-ended',
      ({ reason }) => ({
        ...noIteration,
        error: { name: 'Error', message: reason },
        taskCancel: nothingKnown,
      }),
      { wants: ({ reason }) => reason !== 'completed' && !cancelled.has(reason) },
    ),
    PreToolUse: momentOf('tool-requested', (_, __, { id, name, input }) => ({
      ...noIteration,
      tool_call: { id, name, input },
      preToolUse: { toolName: name, parameters: parametersOf(input) },
    })),
    PostToolUse: momentOf('tool-ended', ({ outcome, duration }, { now }, { id, name, input }) => {
      const output = outcomeText(outcome)
      const error = outcome.type === 'completed' ? {} : { error: output }
      const durationMs = Math.round(duration)
      const startedAt = new Date(now - durationMs).toISOString()
      const endedAt = new Date(now).toISOString()
      return {
        ...noIteration,
        tool_result: { id, name, input, output, ...error, durationMs, startedAt, endedAt },
        postToolUse: {
          toolName: name,
          parameters: parametersOf(input),
          result: output,
          success: outcome.type === 'completed',
          executionTimeMs: durationMs,
        },
      }
    }),
    UserPromptSubmit: momentOf('prompt-submitted', ({ prompt }) => ({
      userPromptSubmit: { prompt, attachments: [] },
    })),
    PreCompact: momentOf('compaction-requested', ({ trigger }) => ({ preCompact: { trigger } })),
    SessionShutdown: momentOf('session-ended', ({ reason }) => ({ reason })),
  },
}
