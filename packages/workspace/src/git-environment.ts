/** Which of the shadow repository's parts a git command works on. */
export interface GitPlace {
  /** The repository. Left out for a command that looks for one by itself. */
  readonly repository?: string
  /** The working tree: also the folder in which the command runs. */
  readonly tree: string
  readonly index?: string
  /** Set for a command that refuses to be told that paths are meant literally: what it is given must begin with `./`. */
  readonly takesNoLiterals?: boolean
}

/**
 * The environment of every git command: nothing of the user's is handed on but the way to programs, so that no `GIT_DIR` of a hook leads into another
 * repository, and no configuration brings filters, hooks or signing.
 */
export function gitEnvironment(
  { repository, tree, index, takesNoLiterals = false }: GitPlace,
  outer: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv {
  return {
    ...picked(outer, ['PATH', 'SystemRoot', 'TMPDIR', 'TEMP']),
    HOME: repository ?? tree,
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    GIT_LITERAL_PATHSPECS: takesNoLiterals ? '0' : '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    ...(repository === undefined ? {} : { GIT_DIR: repository, GIT_WORK_TREE: tree }),
    ...(index === undefined ? {} : { GIT_INDEX_FILE: index }),
  }
}

function picked(outer: NodeJS.ProcessEnv, names: readonly string[]): NodeJS.ProcessEnv {
  return Object.fromEntries(names.flatMap((name) => (outer[name] === undefined ? [] : [[name, outer[name]]])))
}
