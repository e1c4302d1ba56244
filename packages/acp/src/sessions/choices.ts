import type { SessionConfigOption, SessionModeState } from '@agentclientprotocol/sdk'

import type { AcpChoices } from '../acp-parts.ts'
import type { LiveSession } from './live-session.ts'

/** What can be chosen in a session, in the two ways that editors know: modes by themselves, and options. */
export interface SessionChoices {
  readonly modes: SessionModeState
  readonly configOptions: SessionConfigOption[]
}

/** The names of the options. */
export const optionNames = { mode: 'mode', model: 'model' } as const

/** What can be chosen in a session, and what is. */
export function choicesOf({ opened, mode, model }: LiveSession): SessionChoices {
  const { modes, models } = opened
  const options = modes.options.map(({ id, name, description }) => ({
    id,
    name,
    ...(description === undefined ? {} : { description }),
  }))
  return {
    modes: { currentModeId: mode, availableModes: options },
    configOptions: [
      select(optionNames.mode, 'Mode', modes, mode),
      ...(models === undefined ? [] : [select(optionNames.model, 'Model', models, model ?? models.current)]),
    ],
  }
}

function select(
  id: 'mode' | 'model',
  name: string,
  { options }: AcpChoices,
  current: string,
): SessionConfigOption {
  return {
    id,
    name,
    category: id,
    type: 'select',
    currentValue: current,
    options: options.map(({ id: value, name: shown, description }) => ({
      value,
      name: shown,
      ...(description === undefined ? {} : { description }),
    })),
  }
}
