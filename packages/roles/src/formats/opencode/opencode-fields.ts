import type { Field } from '../../fields/field.ts'
import { choice, count, flag, text } from '../../fields/text-count-choice.ts'
import type { RoleDraft } from '../../role/role-draft.ts'
import { setModel } from '../model-name.ts'
import { setPermission, setToolSwitches } from './opencode-permission.ts'

const chosenBy = { primary: 'people', subagent: 'agents', all: 'anyone' } as const

const provider = 'it is passed to the provider there; what a model is called with is not set by a role'

const turns = count<RoleDraft>((most, { role }) => void (role.limits = { ...role.limits, turns: most }))

/** The fields of an agent of opencode, in Markdown and in `opencode.json`. */
export const opencodeFields: readonly Field<RoleDraft>[] = [
  {
    field: 'description',
    ours: 'description',
    read: text((description, { role }) => void (role.description = description), 20_000),
  },
  {
    field: 'mode',
    ours: 'chosenBy',
    note: 'primary is `people`, subagent `agents`, all `anyone`',
    read: choice(
      ['primary', 'subagent', 'all'] as const,
      (mode, { role }) => void (role.chosenBy = chosenBy[mode]),
    ),
  },
  { field: 'model', ours: 'model', read: text(setModel) },
  { field: 'variant', note: provider },
  { field: 'temperature', note: provider },
  { field: 'top_p', note: provider },
  {
    field: 'prompt',
    ours: 'system',
    note: '`{file:PATH}` is read within the folder; in Markdown the text below the front matter',
    read: text((prompt, { role }) => void (role.system = prompt), 200_000),
  },
  {
    field: 'tools',
    ours: 'rules',
    note: 'the older way: true allows, false denies, the last that fits counts',
    read: setToolSwitches,
  },
  {
    field: 'permission',
    ours: 'rules, delegates.to',
    note: 'the last that fits counts; `task` is whom it may start; `allow` gives nothing that the run does not',
    read: setPermission,
  },
  { field: 'maxSteps', ours: 'limits.turns', note: 'the older word for `steps`', read: turns },
  { field: 'steps', ours: 'limits.turns', read: turns },
  {
    field: 'disable',
    ours: 'chosenBy',
    note: '`true` is `nobody`',
    read: flag((disabled, { role }) => {
      if (disabled) role.chosenBy = 'nobody'
    }),
  },
  {
    field: 'hidden',
    ours: 'chosenBy',
    note: '`true` is `agents`',
    read: flag((hidden, { role }) => {
      if (hidden && role.chosenBy !== 'nobody') role.chosenBy = 'agents'
    }),
  },
  { field: 'color', note: 'it is for the screen of the other program' },
  { field: 'options', note: provider },
]

/** Why a field that opencode does not know itself is not followed. */
export const opencodeUnknown: string = `not one of opencode's own, so ${provider}`
