import type { FieldPlace } from '../fields/field.ts'
import type { RoleDraft } from '../role/role-draft.ts'

/** Names of models that tell whose they are. */
const makers: readonly (readonly [pattern: RegExp, provider: string])[] = [
  [/^claude-[\w.-]+$/, 'anthropic'],
  [/^(?:gpt-|o\d)[\w.-]+$/, 'openai'],
  [/^gemini-[\w.-]+$/, 'google'],
]

/** Takes over the name of a model, as `provider/name`. A name that does not tell whose model it is, like `sonnet`, is told and left out. */
export function setModel(name: string, { role }: RoleDraft, { report, pointer }: FieldPlace): void {
  if (['inherit', 'default', 'auto'].includes(name)) return
  if (/^[^\s/:]+\/\S+$/.test(name)) {
    role.model = name
    return
  }
  const maker = makers.find(([pattern]) => pattern.test(name))
  if (maker === undefined) {
    report.leave(pointer, name, 'it does not say whose model it is: choose one with --model provider/name')
  } else role.model = `${maker[1]}/${name}`
}
