import type { DefencePolicy } from './defence-policy.ts'
import type { Origin } from './origin.ts'

/** The names of the presets, least strict first. */
export const presetNames = ['off', 'warn', 'balanced', 'strict'] as const

/** One of {@link presetNames}. */
export type PresetName = (typeof presetNames)[number]

/** Whether a text is the name of a preset. */
export function isPresetName(name: string): name is PresetName {
  return presetNames.some((known) => known === name)
}

const said: readonly Origin[] = ['prompt', 'owner', 'configured', 'own', 'trusted']
const vouched: readonly Origin[] = [...said, 'structured-directed']
const singled: readonly Origin[] = [...vouched, 'ranked']
const harmless: readonly Origin[] = [...singled, 'designated', 'listed']

const balanced: DefencePolicy = {
  version: 1,
  name: 'balanced',
  onFinding: 'ask',
  cleanContext: 'allow',
  authority: {
    default: harmless,
    kinds: { payload: singled, target: singled, command: ['prompt'], secret: said },
    irreversible: vouched,
  },
  content: { tokens: vouched, quotations: 'outward', titles: false },
  effects: 'granted',
  confidential: 'strayed',
}

/**
 * `off` decides nothing. `warn` allows and reports what `balanced` would ask. `balanced` asks where a value has no authority, an effect was not asked for,
 * or words of others leave. `strict` takes nothing from lists or typed fields of others, and looks at every copied text and at amounts.
 */
export const presets: Readonly<Record<PresetName, DefencePolicy>> = Object.freeze({
  off: { ...balanced, name: 'off', onFinding: 'allow' },
  warn: { ...balanced, name: 'warn', onFinding: 'warn' },
  balanced,
  strict: {
    ...balanced,
    name: 'strict',
    authority: {
      default: vouched,
      kinds: { payload: said, target: said, command: ['prompt'], secret: ['prompt'] },
      irreversible: said,
    },
    content: { tokens: said, quotations: 'all', titles: true },
    confidential: 'exposed',
    amounts: { cap: 0, origins: vouched },
    programs: 'confined',
  },
})
