/** Programs that build, check and test a project, working on its files; with the first words that are meant, where others install, publish or log in. */
export const buildTools: ReadonlyMap<string, 'all' | ReadonlySet<string>> = new Map<
  string,
  'all' | ReadonlySet<string>
>([
  ...`ava biome black cc clang clang-format clang-tidy cmake eslint esbuild flake8 g++ gcc gofmt golangci-lint gradle gradlew isort
  jasmine javac jest make mocha mypy mvnw ninja nox oxfmt oxlint phpstan phpunit prettier pylint pyright pytest rake rolldown
  rollup rspec rubocop ruff rustc rustfmt shellcheck shfmt standard stylelint swc tap tox tsc tsup turbo uvu vite
  vitest webpack`
    .split(/\s+/)
    .map((name) => [name, 'all'] as const),
  ['cargo', wordSet('bench build check clean clippy doc fmt metadata run test tree')],
  ['go', wordSet('build env fmt list mod run test tool version vet')],
  ['mvn', wordSet('clean compile package test validate verify')],
  ['dotnet', wordSet('build clean format run test')],
  ['mix', wordSet('compile format test')],
  ['swift', wordSet('build test run')],
  ['nx', wordSet('build lint run run-many test')],
  ['playwright', wordSet('test')],
  ['cypress', wordSet('run')],
])

function wordSet(words: string): ReadonlySet<string> {
  return new Set(words.split(' '))
}
