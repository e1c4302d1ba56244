import { root } from './root.ts'
import { runTests } from './run-tests.ts'

process.exitCode = runTests(
  root,
  process.argv.slice(2).filter((argument) => argument !== '--'),
)
