import type { Hooks, HookVerdict } from '@keepup/core'
import type { HookHarness, HookUnderTest } from '@keepup/testing'

import { createHooks } from '../../src/index.ts'
import { oneHook } from './one-hook.ts'

/** The adapter of this package. */
export const adapter: HookHarness = {
  create: ({ dialect, event, command, ...surroundings }) =>
    createHooks({ hooks: [oneHook(dialect, event, command)], ...surroundings }),
}

/** An adapter that changes what a hook says. */
function saying(change: (said: HookVerdict, hook: HookUnderTest) => HookVerdict): HookHarness {
  return {
    create(hook) {
      const hooks = adapter.create(hook)
      return { ...hooks, run: async (...given) => change(await hooks.run(...given), hook) }
    },
  }
}

/** An adapter that changes what a hook is told, by a program of sed. */
function telling(edit: string): HookHarness {
  return changing((hook) => ({ ...hook, command: `sed '${edit}' | { ${hook.command}\n}` }))
}

function changing(change: (hook: HookUnderTest) => HookUnderTest): HookHarness {
  return { create: (hook) => adapter.create(change(hook)) }
}

function without<Key extends keyof HookVerdict>(said: HookVerdict, key: Key): Omit<HookVerdict, Key> {
  const { [key]: _, ...rest } = said
  return rest
}

/** An adapter that agrees whenever a hook failed, as other programs do. */
const failsOpen: HookHarness = saying((said) =>
  said.decision?.type === 'deny' && said.decision.reason.includes(' failed: ') ? {} : said,
)

const neverAsks = (hooks: Hooks): Hooks => ({
  ...hooks,
  async run(...given) {
    const said = await hooks.run(...given)
    return said.decision?.type === 'ask' ? without(said, 'decision') : said
  },
})

/** One adapter for each mistake, and words of a check that must notice it. */
export const brokenAdapters: Readonly<Record<string, readonly [HookHarness, RegExp]>> = {
  'leaves a field out': [telling('s/"cwd":"[^"]*",//'), /^claude: PreToolUse is told/],
  'calls a field by another name': [
    telling('s/tool_input/toolInput/'),
    /^gemini: BeforeTool is told of a call,/,
  ],
  'tells a field more than a closed format has': [telling('s/^{/{"more":1,/'), /^codex: Stop is told/],
  'tells a number as a text': [
    telling('s/"duration_ms":12/"duration_ms":"12"/'),
    /^claude: PostToolUse is told/,
  ],
  'tells no time': [telling('s/"timestamp":"[^"]*"/"timestamp":"now"/'), /^gemini: SessionEnd is told/],
  'tells its own name of a tool': [telling('s/"execute_command"/"shell"/g'), /^cline: PreToolUse is told/],
  'tells another folder': [
    telling('s/"workspaceRoots":..*./"workspaceRoots":["\\/"]}/'),
    /^cline: SessionShutdown is told/,
  ],
  'tells two lines': [telling('s/,/,\\n/'), /^codex: PreCompact is told/],
  'tells a denied call as one that ended well': [
    telling('s/"reason":"never"/"reason":""/'),
    /^claude: PermissionDenied/,
  ],
  'never tells the mode': [telling('s/"permission_mode":"[^"]*"/"permission_mode":"default"/'), /own words$/],
  'gives no folder in the environment': [
    changing((hook) => ({ ...hook, command: `unset CLAUDE_PROJECT_DIR GEMINI_CWD; ${hook.command}` })),
    /find GEMINI_CWD/,
  ],
  'gives its own environment': [
    changing((hook) => ({ ...hook, environment: { ...hook.environment, HOME: '/' } })),
    /find CLAUDE_PROJECT_DIR/,
  ],
  'fails open': [failsOpen, /^claude: PreToolUse .* exit code 1$/],
  'takes what is no JSON for nothing': [failsOpen, /^gemini: BeforeTool .*a plain word/],
  'takes an unknown decision for nothing': [failsOpen, /^codex: PermissionRequest .*maybe/],
  'rewrites although it failed': [
    saying((said) => (said.decision?.type === 'deny' ? { ...said, input: {} } : said)),
    /^claude: PreToolUse .*overrideInput/,
  ],
  'does not heed exit code 2': [
    changing((hook) => ({ ...hook, command: `( ${hook.command} ) || exit 0` })),
    /^gemini: BeforeTool .*exit code 2$/,
  ],
  'loses the reason': [
    saying((said) =>
      said.decision?.type === 'deny' ? { ...said, decision: { type: 'deny', reason: 'Denied.' } } : said,
    ),
    /^cline: PreToolUse .*"cancel":true,"errorMessage"/,
  ],
  'never asks': [
    { create: (hook) => neverAsks(adapter.create(hook)) },
    /^claude: PreToolUse .*"permissionDecision":"ask"/,
  ],
  'allows in the name of a dialect that does not': [
    saying((said, { dialect }) =>
      dialect === 'codex' && said.decision === undefined ? { ...said, decision: { type: 'allow' } } : said,
    ),
    /^codex: PreToolUse at a call prints {"decision":"approve"},/,
  ],
  'never allows': [
    saying((said) => (said.decision?.type === 'allow' ? without(said, 'decision') : said)),
    /^claude: PermissionRequest .*"behavior":"allow"}/,
  ],
  'understands its own dialect alone': [
    saying((said, { dialect }) =>
      dialect === 'gemini' && said.decision?.type === 'deny' ? without(said, 'decision') : said,
    ),
    /^gemini: BeforeTool .*"permissionDecision":"deny"/,
  ],
  'drops a rewrite': [
    saying((said) => without(said, 'input')),
    /^claude: PreToolUse .*"updatedInput":{"command":"ls","timeout":9}/,
  ],
  'merges what replaces': [
    saying((said, { dialect }) =>
      dialect === 'claude' && said.input !== undefined
        ? { ...said, input: { timeout_ms: 5, command: 'ls' } }
        : said,
    ),
    /^claude: PreToolUse .*"updatedInput":{"command":"ls"}/,
  ],
  'drops another output': [
    saying((said) => without(said, 'output')),
    /^gemini: AfterTool .*"decision":"deny"/,
  ],
  'drops the context': [
    saying((said) => without(said, 'context')),
    /^cline: UserPromptSubmit .*contextModification/,
  ],
  'drops plain text at a prompt': [
    saying((said) => without(said, 'context')),
    /^codex: SessionStart .*plain words/,
  ],
  'does not end the run': [saying((said) => without(said, 'stop')), /^codex: PostToolUse .*"continue":false/],
  'lets the run end be no refusal': [
    saying((said) => (said.stop === undefined ? said : without(said, 'decision'))),
    /^gemini: BeforeTool .*"continue":false/,
  ],
  'keeps messages to itself': [
    saying((said) => without(said, 'messages')),
    /^claude: SessionEnd .*systemMessage/,
  ],
  'leaves out in silence what it cannot do': [
    saying((said) => without(said, 'messages')),
    /^gemini: AfterTool .*tailToolCallRequest/,
  ],
  'rewrites what a model is asked in silence': [failsOpen, /^gemini: BeforeModel .*llm_request/],
}
