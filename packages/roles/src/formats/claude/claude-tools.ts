import type { FieldPlace } from '../../fields/field.ts'
import type { RoleDraft } from '../../role/role-draft.ts'
import type { RoleRule } from '../../role/role-rule.ts'
import { allowedTools, withheldTools } from '../../tools/look-up-tools.ts'
import { ourTools } from '../../tools/our-tools.ts'

/** A tool as Claude Code names one: with what it may be used for in brackets. */
interface ToolPhrase {
  readonly tool: string
  readonly for?: string
}

const filePhrases = new Set(['Read', 'Edit', 'Write', 'MultiEdit', 'NotebookEdit', 'Glob', 'Grep'])

/** Takes over the tools that a subagent may use. */
export function setTools(names: readonly string[], draft: RoleDraft, at: FieldPlace): void {
  const phrases = names.map((name) => phraseOf(name))
  const agents = phrases.filter(({ tool }) => tool === 'Agent' || tool === 'Task')
  if (agents.length > 0) draft.role.delegates = { to: agents.flatMap((phrase) => namesIn(phrase)) }
  const plain = new Set(phrases.filter((phrase) => phrase.for === undefined).map(({ tool }) => tool))
  const narrowed = phrases.filter(
    ({ tool, for: what }) =>
      what !== undefined && !plain.has(tool) && !agents.some((agent) => agent.tool === tool),
  )
  const usable = narrowed.filter((phrase) => {
    const known = isNarrowable(phrase)
    if (!known)
      at.report.leave(
        at.pointer,
        `${phrase.tool}(${phrase.for})`,
        'what stands in brackets has no meaning here, so the tool is not given',
      )
    return known
  })
  const tools = [...plain, ...agents.map(({ tool }) => tool), ...usable.map(({ tool }) => tool)]
  draft.role.tools = allowedTools(tools, at)
  draft.rules.push(...narrowing(usable))
}

/** Takes over the tools that a subagent may not use. */
export function setWithheld(names: readonly string[], draft: RoleDraft, at: FieldPlace): void {
  const phrases = names.map((name) => phraseOf(name))
  // What lies outside of the workspace has no pattern here: the tool is taken away whole rather than left.
  const whole = phrases.filter(
    (phrase) =>
      phrase.for === undefined ||
      !isNarrowable(phrase) ||
      (phrase.tool !== 'Bash' && /^[~/]/.test(phrase.for)),
  )
  draft.role.withheldTools = withheldTools(
    whole.map(({ tool }) => tool),
    at,
  )
  for (const phrase of phrases.filter((candidate) => !whole.includes(candidate))) {
    draft.rules.push(...rulesOf(phrase, 'deny'))
  }
}

/** First everything of the tool is denied, then what stands in brackets is not. */
function narrowing(phrases: readonly ToolPhrase[]): readonly RoleRule[] {
  const tools = new Set(phrases.flatMap(({ tool }) => ourTools(tool) ?? []))
  return [
    ...[...tools].map((tool): RoleRule => ({ decision: 'deny', tool })),
    ...phrases.flatMap((phrase) => rulesOf(phrase, 'allow')),
  ]
}

function rulesOf({ tool, for: what = '*' }: ToolPhrase, decision: RoleRule['decision']): readonly RoleRule[] {
  if (tool === 'Bash') return [{ decision, tool: 'shell', command: what.replace(/:\*$/, ' *') }]
  const path = what.replace(/^\.?\//, '').replaceAll('**', '*')
  return (ourTools(tool) ?? []).map((name): RoleRule => ({ decision, tool: name, path }))
}

function isNarrowable({ tool }: ToolPhrase): boolean {
  return tool === 'Bash' || filePhrases.has(tool)
}

function namesIn({ for: names }: ToolPhrase): readonly string[] {
  return names === undefined ? ['*'] : names.split(',').map((name) => name.trim())
}

function phraseOf(name: string): ToolPhrase {
  const [, tool = name, what] = /^([\w.-]+)\(([^()]*)\)$/.exec(name) ?? []
  return what === undefined || ['', '*'].includes(what.trim()) ? { tool } : { tool, for: what.trim() }
}
