import type { JsonObject, Mode } from '@keepup/core'

import { type Dialect, momentOf } from './dialect.ts'
import { matchesListOrPattern } from './match-name.ts'
import { outcomeText } from './outcome-text.ts'
import { patchOfEdit, patchOfWrite } from './patch-text.ts'
import { absolutePath, sameField, type ToolTranslation } from './tool-translation.ts'

const path = { ours: 'path', theirs: 'file_path', ...absolutePath }
const patchNames = { theirs: 'apply_patch', aliases: ['Edit', 'Write'] }

/** The built-in tools in the words of Codex, which changes files by patches alone. */
const codexTools: readonly ToolTranslation[] = [
  { ours: 'shell', theirs: 'Bash', fields: [sameField('command')] },
  { ours: 'read', theirs: 'read_file', fields: [path, sameField('offset'), sameField('limit')] },
  { ours: 'write', ...patchNames, whole: patchOfWrite },
  { ours: 'edit', ...patchNames, whole: patchOfEdit },
  {
    ours: 'grep',
    theirs: 'grep_files',
    fields: [sameField('pattern'), { ...sameField('path'), ...absolutePath }],
  },
]

/** There is no mode between accepting edits and bypassing all there: the more careful one is told. */
const permissionModes: Readonly<Record<Mode, string>> = {
  plan: 'plan',
  ask: 'default',
  'auto-edit': 'acceptEdits',
  auto: 'acceptEdits',
  yolo: 'bypassPermissions',
}

const toolFields = (call: { readonly name: string; readonly input: JsonObject }): JsonObject => ({
  tool_name: call.name,
  tool_input: call.input,
})

/** Every payload has these but the last ones of a session and of a compaction. */
const turn = { turn_id: '' }

/** Codex: `hooks.json`, as its generated schemas of November 2026 say. Its objects are closed: no payload has a field more. */
export const codex: Dialect = {
  program: 'Codex',
  tools: codexTools,
  plainText: true,
  refusalAfter: 'told',
  matches: (matcher, names) => matchesListOrPattern(matcher, names, /^[A-Za-z0-9_|]*$/),
  heedsAllowance: (on) => on === 'permission-requested',
  variables: () => ({}),
  base: (name, _, { thread, folder, mode, model }) => ({
    session_id: thread,
    transcript_path: null,
    cwd: folder,
    hook_event_name: name,
    ...(name === 'SessionEnd' ? {} : { model }),
    ...(['SessionEnd', 'PreCompact', 'PostCompact'].includes(name)
      ? {}
      : { permission_mode: permissionModes[mode] }),
  }),
  moments: {
    PreModelRequest: momentOf('model-requested', ({ model }) => ({ ...turn, model })),
    PreToolUse: momentOf('tool-requested', (_, __, call) => ({
      ...turn,
      ...toolFields(call),
      tool_use_id: call.id,
    })),
    PermissionRequest: momentOf('permission-requested', (_, __, call) => ({ ...turn, ...toolFields(call) })),
    PostToolUse: momentOf(
      'tool-ended',
      ({ outcome }, _, call) => ({
        ...turn,
        ...toolFields(call),
        tool_response: outcomeText(outcome),
        tool_use_id: call.id,
      }),
      { wants: ({ outcome }) => outcome.type === 'completed' },
    ),
    UserPromptSubmit: momentOf('prompt-submitted', ({ prompt }) => ({ ...turn, prompt }), {
      textIsContext: true,
    }),
    SessionStart: momentOf('session-started', ({ source }) => ({ source }), {
      matched: ({ source }) => source,
      textIsContext: true,
    }),
    SessionEnd: momentOf('session-ended', () => ({ reason: 'other' })),
    SubagentStart: momentOf('agent-started', ({ agent, role }) => ({
      ...turn,
      agent_id: agent,
      agent_type: role,
    })),
    SubagentStop: momentOf('agent-ended', ({ agent, role, lastText, again }) => ({
      ...turn,
      agent_id: agent,
      agent_type: role,
      agent_transcript_path: null,
      last_assistant_message: lastText,
      stop_hook_active: again,
    })),
    Stop: momentOf('stop-requested', ({ lastText, again }) => ({
      ...turn,
      last_assistant_message: lastText,
      stop_hook_active: again,
    })),
    PreCompact: momentOf('compaction-requested', ({ trigger }) => ({ ...turn, trigger })),
    PostCompact: momentOf('compaction-ended', ({ trigger }) => ({ ...turn, trigger })),
    Interrupt: momentOf('session-ended', () => turn, { wants: ({ reason }) => reason === 'interrupted' }),
  },
}
