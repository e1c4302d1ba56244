import type { JsonValue, Mode } from '@keepup/core'

import type { RoleDefinition } from '../../role/role-definition.ts'

/** Bounds of a role's run, as people write them. */
export interface RoleFileLimits {
  /** Calls of the model. */
  readonly turns?: number | undefined
  /** Wall time, like `90s`, `10m` or `2h`. */
  readonly time?: string | undefined
  readonly tokens?: number | undefined
  /** In US dollars. */
  readonly money?: number | undefined
}

/** What is left out of a file is `undefined` once it was read. */
type Loose<Whole> = {
  readonly [Key in keyof Whole]: Whole[Key] | (Whole extends Required<Pick<Whole, Key>> ? never : undefined)
}

type Rule = NonNullable<RoleDefinition['rules']>[number]

/** A role as a file of its own has it: what {@link RoleDefinition} says, with limits as people write them. */
export interface RoleFile {
  readonly $schema?: string | undefined
  readonly name: string
  readonly description: string
  readonly system: string
  readonly model?: string | undefined
  readonly tools?: readonly string[] | undefined
  readonly withheldTools?: readonly string[] | undefined
  readonly rules?: readonly Loose<Rule>[] | undefined
  readonly mode?: Mode | undefined
  readonly limits?: RoleFileLimits | undefined
  readonly skills?: readonly string[] | undefined
  readonly servers?: readonly string[] | undefined
  readonly memory?: RoleDefinition['memory'] | undefined
  readonly delegates?: Loose<NonNullable<RoleDefinition['delegates']>> | undefined
  readonly handoffs?: readonly Loose<NonNullable<RoleDefinition['handoffs']>[number]>[] | undefined
  readonly isolation?: RoleDefinition['isolation'] | undefined
  readonly background?: boolean | undefined
  readonly chosenBy?: RoleDefinition['chosenBy'] | undefined
  readonly opening?: string | undefined
  readonly sop?: string | undefined
  readonly a2a?:
    | { readonly skills: readonly Loose<NonNullable<RoleDefinition['a2a']>['skills'][number]>[] }
    | undefined
  readonly metadata?: Readonly<Record<string, JsonValue>> | undefined
}
