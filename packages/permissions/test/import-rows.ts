import { importRules, type ImportFormat } from '../src/import/index.ts'
import { commandExplainer, type ExplainCommand, type PermissionRule } from '../src/index.ts'

/** What a file says, and what is to be made of it. */
export interface Row {
  readonly says: string
  readonly file: unknown
  readonly rules: readonly PermissionRule[]
  readonly guards?: readonly PermissionRule[]
  /** What was not said. */
  readonly unmapped?: readonly string[]
}

/** What is made of a file. */
export function imported(format: ImportFormat, file: unknown) {
  const text = typeof file === 'string' ? file : JSON.stringify(file)
  return importRules({ name: 'file', text }, format)
}

/** What was made of the file of a row, as rows say it. `skipped`: rules in front that are not the file's. */
export function said(format: ImportFormat, { says, file }: Row, skipped = 0): Row {
  const { rules, guards, unmapped } = imported(format, file)
  return {
    says,
    file,
    rules: rules.slice(skipped),
    guards: guards.map(({ reason: _, ...guard }) => guard),
    unmapped: unmapped.map(({ what, why }) => (why.length > 10 ? what : `${what}: without a reason`)),
  }
}

/** A row with nothing left out. */
export function whole(row: Row): Row {
  return { guards: [], unmapped: [], ...row }
}

/** One rule for each of several tools. */
export function tools(
  decision: PermissionRule['decision'],
  ...names: readonly string[]
): readonly PermissionRule[] {
  return names.map((tool) => ({ decision, tool }))
}

/** Explains commands by the rules of a file. */
export function explainerOf(format: ImportFormat, file: unknown, mode?: 'yolo'): ExplainCommand {
  const { order, rules, guards } = imported(format, file)
  const set = { source: format, order, rules, guards }
  const basis = mode === undefined ? { rules: [set] } : { rules: [set], mode }
  return commandExplainer(basis, { root: '/workspace', home: '/home/ada' })
}
