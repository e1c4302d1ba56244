/** Flags of test runners that choose what is run and how it is told. */
const testFlags =
  '--run|--coverage|--watch=false|--no-watch|--ci|--silent|--verbose|--bail|--runInBand|-i|--reporter=dot|--reporter=default|--reporter=verbose|--reporter=basic|--reporter=spec|--reporter=tap|--reporter=json|--reporter dot|--reporter verbose|-t <argument>|--testNamePattern <argument>|--testNamePattern=<argument>|--testPathPattern=<argument>|--project <name>|--project=<name>|--grep <argument>|-g <argument>|--passWithNoTests|--no-coverage|<argument-file>'

const scripts = '(build|lint|test|typecheck|type-check|check|format:check|test:unit|test:ci|lint:check)'

/**
 * Whole commands that `developer` allows beside those: builds, tests and checks that the project itself defines, and queries of its tools. They run
 * what the project's files say, so they belong into a sandbox.
 */
export const developerPatterns: readonly string[] = [
  `npm (test|t) (--silent|-s|--if-present|--workspaces|-ws|--workspace=<path>|-w <path>|--workspace <path>)* (-- (${testFlags})*)?`,
  `npm (--silent|-s)? (run|run-script) ${scripts} (--silent|-s|--if-present|--workspaces|-ws|--workspace=<path>|-w <path>|--workspace <path>)* (-- (${testFlags})*)?`,
  'npm (ls|list) (--depth=<number>|--depth <number>|--all|-a|--json|--long|--parseable|--prod|--omit=dev|--production|<package>)*',
  'npm outdated (--json|--long|--all|<package>)*',
  'npm (view|info|show) <package> (version|versions|dependencies|devDependencies|peerDependencies|description|license|engines|dist-tags|homepage|repository|time|name|main|exports|bin|deprecated|--json)*',
  'npm (--version|-v)',
  'node (--version|-v)',
  'python3 (--version|-V)',
  `pnpm (-r|--recursive|--parallel|-w|-C <path>|--silent|-s|--filter <name>|--filter=<name>|--filter <path>|-F <name>)* (run)? ${scripts} (--silent|--if-present|-r|--filter <name>)* (--)? (${testFlags})*`,
  'pnpm (--version|-v)',
  `yarn (run)? (test|build|lint|typecheck|check) (${testFlags})*`,
  'yarn (--version|-v)',
  '(npx|pnpm exec|pnpm)? tsc (--version|-v)',
  '(npx|pnpm exec|pnpm)? tsc (-p <path>|--project <path>|--pretty|--pretty false|--skipLibCheck|--strict)* --noEmit (-p <path>|--project <path>|--pretty|--pretty false|--skipLibCheck|--strict|--incremental false)*',
  'npx (tsc|vitest|eslint|prettier) --version',
  '(pnpm exec|pnpm|npx) tsc (-p <path>|--project <path>)*',
  `(npx|pnpm exec|pnpm)? vitest (run|list)? (${testFlags})*`,
  '(npx|pnpm exec)? eslint (--ext <name>|--ext=<name>|--ext .ts|--ext .ts,.tsx|--ext .js,.ts|--quiet|--max-warnings <number>|--max-warnings=<number>|--no-color|--color|--cache=false|-f stylish|-f json|-f compact|--format stylish|--format json|--format=stylish|--format=json|--version|<path>)*',
  '(npx|pnpm exec)? prettier (--check|-c|--list-different|-l) (--no-color|--log-level warn|<path>)*',
  '(npx|pnpm exec)? prettier <path> (<path>)* (--check|-c|--list-different|-l)',
  'cargo (test|check|clippy|build) (--release|--all|--workspace|--all-targets|--all-features|--no-default-features|--lib|--bins|--tests|--examples|--doc|--verbose|-v|--quiet|-q|--locked|--offline|--frozen|--no-run|--no-fail-fast|--keep-going|-p <name>|--package <name>|--package=<name>|--test <name>|--bin <name>|--example <name>|--features <name>|--features=<name>|-j <count>|--message-format=short|--message-format short|--message-format=json|<name>)* (-- (-D <name>|-W <name>|-A <name>|-F <name>|--nocapture|--test-threads=<number>|--ignored|--include-ignored|--exact|--show-output|--quiet|-q|--skip <name>|<name>)*)?',
  'cargo fmt (--all|--check|-- --check)* (--check|-- --check)',
  'cargo fmt --check (--all)?',
  '(cargo|rustc) (--version|-V)',
  'go (test|vet|build) (-v|-x|-race|-short|-cover|-failfast|-json|-n|-trimpath|-count=<number>|-count <number>|-timeout=<name>|-timeout <name>|-run <text>|-run=<text>|-bench <text>|-bench=<text>|-benchmem|-tags=<name>|-tags <name>|-p <count>|-p=<count>|-parallel <count>|-parallel=<count>|-covermode=atomic|-covermode=count|-covermode=set|-shuffle=on|<path>)*',
  'go (version|env GOPATH|env GOROOT|env GOOS|env GOARCH|env GOMOD)',
  'gofmt -l (-s|<path>)*',
  '(pytest|python3 -m pytest|python -m pytest) (-q|-qq|-v|-vv|-x|-s|-l|-ra|-rA|-rs|-rf|--quiet|--verbose|--exitfirst|--lf|--last-failed|--ff|--failed-first|--nf|--sw|--stepwise|--co|--collect-only|--no-header|--no-summary|--showlocals|--disable-warnings|--strict-markers|--durations=<number>|--durations <number>|--maxfail=<number>|--maxfail <number>|--tb=short|--tb=long|--tb=line|--tb=no|--tb=native|--tb=auto|--tb short|--color=no|--color=yes|--cov|--cov=<path>|--cov-report=term|--cov-report=term-missing|--cov-report term|--cov-report term-missing|--no-cov|-k <expression>|-m <expression>|-n <count>|-n auto|--ignore=<path>|--deselect=<path>|--fixtures|--markers|--version|<path>)*',
  'ruff check (--quiet|-q|--no-cache|--statistics|--show-files|--show-fixes|--diff|--select=<name>|--select <name>|--ignore=<name>|--output-format=concise|--output-format=full|--output-format=json|--output-format=text|--output-format=github|<path>)*',
  'ruff (--version|version)',
  'ruff format --check (--diff|<path>)*',
  'mypy (--strict|--pretty|--no-incremental|--ignore-missing-imports|--show-error-codes|--no-error-summary|--show-column-numbers|--no-color-output|--follow-imports=silent|--follow-imports=skip|--check-untyped-defs|--disallow-untyped-defs|--version|-p <name>|-m <name>|<path>)*',
  'make (-j|-j<count>|-j <count>|-s|-k|--silent|--no-print-directory|-n|--dry-run|--just-print)* (test|build|check|lint)',
  'make (test|build|check|lint) (-j|-j<count>|-j <count>|-s|-k|--silent|--no-print-directory|-n|--dry-run)*',
  'make (-n|--dry-run|--just-print) (<name>)*',
  'docker ps (-a|--all|-q|-aq|-qa|--quiet|-l|--latest|-s|--size|--no-trunc|-n <number>|--filter <text>|-f <text>|--filter=<text>|--format <text>|--format=<text>)*',
  'docker images (-a|--all|-q|--quiet|--no-trunc|--digests|--filter <text>|-f <text>|--filter=<text>|--format <text>|--format=<text>|<name>)*',
  'docker (--version|version)',
  'kubectl get (<kinds>|<kinds>/<resource>) (-A|--all-namespaces|-n <name>|--namespace <name>|--namespace=<name>|-o wide|-o yaml|-o json|-o name|-owide|-oyaml|-ojson|--output=wide|--output=yaml|--output=json|--show-labels|--no-headers|-l <text>|--selector=<text>|--sort-by=<text>|<resource>)*',
  'gh pr (view|list|status|diff|checks) (--state open|--state closed|--state merged|--state all|-s open|-s closed|-s merged|-s all|--search <text>|-S <text>|--jq <field>|-q <field>|--limit <number>|-L <number>|--author <name>|--author=<name>|--label <name>|--base <name>|--head <name>|--json <name>|--json <text>|--comments|-c|--draft|--name-only|--patch|<number>|<name>)*',
  'gh run list (--limit <number>|-L <number>|--branch <name>|-b <name>|--workflow <name>|--workflow=<name>|--limit=<number>|--branch=<name>|-w <name>|--jq <field>|-q <field>|--status <name>|-s <name>|--json <name>|--json <text>|--user <name>|--event <name>)*',
  'gh --version',
  'terraform plan (-no-color|-refresh=false|-lock=false|-input=false|-compact-warnings|-detailed-exitcode|-target=<text>|-parallelism=<number>|-json)*',
  'terraform (version|--version|-version)',
]
