import type { FileReport, Unmapped } from '../fields/file-report.ts'
import type { CrewTask } from '../formats/crewai/crew-task.ts'
import type { Instructions } from '../formats/instructions/instructions.ts'
import type { Skill } from '../formats/skill/skill.ts'
import type { Workflow } from '../formats/spec-kit/workflow.ts'
import type { RoleDefinition } from '../role/role-definition.ts'
import type { RoleProblem } from '../source/problem.ts'

/** What was found in a folder or a file. What could not be read is told and left out; the rest is there. */
export interface LoadedRoles {
  readonly roles: readonly RoleDefinition[]
  readonly skills: readonly Skill[]
  readonly instructions: readonly Instructions[]
  readonly workflows: readonly Workflow[]
  readonly tasks: readonly CrewTask[]
  /** What the files say and nothing here follows. */
  readonly unmapped: readonly Unmapped[]
  readonly problems: readonly RoleProblem[]
}

/** The same while it is collected. */
export type Collected = { readonly [Key in keyof LoadedRoles]: LoadedRoles[Key][number][] }

/** Nothing yet. */
export function collected(): Collected {
  return { roles: [], skills: [], instructions: [], workflows: [], tasks: [], unmapped: [], problems: [] }
}

/** Takes over what is told about a part of a file. */
export function tell(found: Collected, { problems, unmapped }: FileReport): void {
  found.problems.push(...problems)
  found.unmapped.push(...unmapped)
}
