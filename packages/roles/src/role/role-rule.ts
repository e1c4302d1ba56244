/**
 * What a role may do with a tool. Of the rules that fit a call the last one counts; where none fits, the role has no objection. A rule that allows only
 * lifts an earlier one of the same role: whether the call runs is then for the mode and the rules of the run.
 */
export interface RoleRule {
  readonly decision: 'allow' | 'ask' | 'deny'
  /** The tool; `*` stands for any letters. */
  readonly tool: string
  /** A command, word for word; `*` stands for any letters, and at the end for no words too. */
  readonly command?: string
  /** A path below the workspace; `*` stands for any letters, slashes too. */
  readonly path?: string
  /** The same as a regular expression that is found in the path (RE2 syntax). */
  readonly pathPattern?: string
}
