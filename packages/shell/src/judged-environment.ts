/**
 * Variables that make a shell, or a program of the read-only profile, run or read something else than the command says. With a `PWD` that goes through
 * a link, `cd ..` would go back by names.
 */
const obeyed =
  /^(BASH_ENV|ENV|BASH_FUNC_.*|CDPATH|PWD|OLDPWD|GLOBIGNORE|POSIXLY_CORRECT|SHELLOPTS|BASHOPTS|BASH_XTRACEFD|PS4|PROMPT_COMMAND|LD_.*|DYLD_.*|GCONV_PATH|LOCPATH|NLSPATH|MAGIC|GREP_OPTIONS|GREP_COLORS?|RIPGREP_CONFIG_PATH|LESSOPEN|LESSCLOSE|AWKPATH|AWKLIBPATH|AWK_.*|JQ_.*|FD_.*|GIT_(CONFIG.*|EXTERNAL_DIFF|DIFF_OPTS|DIR|WORK_TREE|COMMON_DIR|INDEX_FILE|OBJECT_DIRECTORY|ALTERNATE_.*|EXEC_PATH|PAGER|PAGER_IN_USE|EDITOR|SEQUENCE_EDITOR|SSH.*|ASKPASS|PROXY_COMMAND|TEMPLATE_DIR|TRACE.*|NAMESPACE|ATTR_SOURCE|ALLOW_PROTOCOL|(LITERAL|GLOB|NOGLOB|ICASE)_PATHSPECS)|TAPE|TMPDIR|_POSIX2_VERSION)$/

/**
 * Settings of Git that come before those of a repository: no hook, no watcher, no program that checks signatures, no index that is written because files
 * were only touched, and nothing of a submodule but its revision.
 */
const gitSettings: readonly (readonly [key: string, value: string])[] = [
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['diff.autoRefreshIndex', 'false'],
  ['diff.submodule', 'short'],
  ['status.submoduleSummary', 'false'],
  ['log.showSignature', 'false'],
]

/**
 * The environment in which a command that was judged means what it was judged to mean: without variables that shells and programs obey, without
 * functions that a shell would take over, and with Git kept from paging, from asking, from
 * fetching, from hooks and from refreshing its index. Everything else stays. It is for commands that may run by themselves: a commit would go past its
 * hooks.
 */
export function judgedEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const kept = Object.entries(environment).flatMap(([name, value]) =>
    value === undefined || obeyed.test(name) ? [] : [[name, value] as const],
  )
  return {
    ...Object.fromEntries(kept),
    ...Object.fromEntries(
      gitSettings.flatMap(([key, value], index) => [
        [`GIT_CONFIG_KEY_${index}`, key],
        [`GIT_CONFIG_VALUE_${index}`, value],
      ]),
    ),
    GIT_CONFIG_COUNT: String(gitSettings.length),
    // What a partial clone lacks is not fetched, by no means of transport.
    GIT_ALLOW_PROTOCOL: 'none',
    GIT_NO_LAZY_FETCH: '1',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_PAGER: 'cat',
    GIT_TERMINAL_PROMPT: '0',
    PAGER: 'cat',
  }
}
