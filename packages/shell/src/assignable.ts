import { readOnlyPrograms } from './data/read-only-programs.ts'

/** Names that scripts use for their own, and that neither shells nor programs obey. */
const own =
  /^(FOO|BAR|BAZ|FILES?|DIRS?|NAMES?|COUNT|TOTAL|VERSION|MSG|MESSAGE|LINES?_?N|PATTERN|RESULT|OUTPUT|STATUS|[A-HJ-Z]|I)$/

/** Names that change how programs print, not what they do. */
const printing =
  /^(CI|NODE_ENV|NO_COLOR|FORCE_COLOR|CLICOLOR|LC_ALL|LC_CTYPE|LC_COLLATE|LC_MESSAGES|LANG|LANGUAGE|TZ|TERM|COLUMNS|RUST_BACKTRACE)$/

const lower = /^[a-z_][a-z0-9_]*$/

/** Lower-case names that shells or programs obey. */
const obeyed =
  /^(histchars|auto_resume|prompt|path|cdpath|fpath|manpath|no_color|_|.*_proxy|.*proxy|(npm|pnpm|yarn|bun|node|corepack|cargo|go|pip|uv|docker|kube|gh|git|tf|terraform)_.*)$/

/** Commands of the shell itself that obey no variable. */
const builtins: ReadonlySet<string> = new Set(['echo', 'printf', 'true', 'false', ':', 'test', '[', 'pwd'])

/** Names that a shell obeys, or that a linker or an interpreter might. */
const special =
  /^(LD_|DYLD_|BASH|SHELL|ENV$|IFS$|PS\d|PROMPT|PATH$|CDPATH$|HOME$|PWD$|OLDPWD$|OPT|GLOB|HIST|POSIX|TMOUT|TIMEFORMAT|EXEC|FUNC|MAIL|IGNOREEOF|UID$|EUID$|PPID$|GROUPS$|DIRSTACK|FIGNORE|INPUTRC|CHILD_MAX|COMP|COPROC|READLINE|REPLY|MAPFILE|RANDOM|SECONDS|LINENO|GCONV|NLSPATH|LOCPATH|MALLOC|TERMINFO|GIT_|NODE_OPTIONS|PYTHON|PERL|RUBY|JAVA|_JAVA|LESS|PAGER|EDITOR|VISUAL|BROWSER)/

/** Names by which programs are told what to run, load or obey. */
const leading =
  /^(.*_(WRAPPER|OPTIONS|OPTS|COMMAND|PROGRAM|ASKPASS)|CC|CXX|AR|LD|(MAKE|GO|RUST|C|CXX|LD)FLAGS|npm_config_.*|PYTEST_.*|KUBECONFIG|DOCKER_.*|RIPGREP_.*|XDG_.*|TMPDIR)$/i

/** Whether setting a variable may change what a shell or a program runs. */
export function changesWhatRuns(name: string): boolean {
  return special.test(name) || obeyed.test(name) || leading.test(name)
}

/** Whether a command may assign a variable that stays for what comes after it. */
export function mayAssign(name: string): boolean {
  return own.test(name) || printing.test(name) || (lower.test(name) && !obeyed.test(name))
}

/** Whether a variable may be set for one program. */
export function mayPrefix(name: string, value: string | undefined, program: string | undefined): boolean {
  if (value === undefined) return false
  if (printing.test(name)) return /^[\w.@/+:-]*$/.test(value) && !value.includes('..') && !/^[/:]/.test(value)
  if (program !== undefined && builtins.has(program)) return !special.test(name)
  return program !== undefined && readOnlyPrograms.has(program) && mayAssign(name) && !/_/.test(name)
}
