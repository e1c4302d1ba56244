import {
  type ApplicationText,
  ArgumentScannerError,
  formatMessageForArgumentScannerError,
  text_en,
} from '@stricli/core'

import { errorLines } from './error-report.ts'
import { withoutPasswords } from './settings/database-address.ts'
import { safeText } from './terminal/safe-text.ts'

/** What the parser of the command line says, in the two lines that every error of this program has. */
export const applicationText: ApplicationText = {
  ...text_en,
  noCommandRegisteredForInput: ({ input, corrections }) =>
    twoLines(
      `there is no command \`${input}\``,
      corrections.length > 0
        ? `did you mean ${corrections.join(' or ')}?`
        : 'list the commands with: keepup --help',
    ),
  exceptionWhileParsingArguments: (error) =>
    twoLines(describe(error), 'see the flags and arguments with: keepup COMMAND --help'),
  exceptionWhileLoadingCommandFunction: tell,
  exceptionWhileLoadingCommandContext: tell,
  exceptionWhileRunningCommand: tell,
  commandErrorResult: tell,
}

function describe(error: unknown): string {
  if (!(error instanceof ArgumentScannerError)) return String(error)
  return formatMessageForArgumentScannerError(error, {
    ArgumentParseError: ({ externalFlagNameOrPlaceholder: name, input, exception }) =>
      `${name}: "${input}" is not ${exception instanceof Error ? exception.message : String(exception)}`,
    EnumValidationError: ({ externalFlagName, input, values }) =>
      `--${externalFlagName}: "${input}" is not one of ${values.join(', ')}`,
  })
}

function twoLines(what: string, fix: string): string {
  // What was typed may be an address in the wrong place.
  return safeText(withoutPasswords(`error: ${what}\nfix: ${fix}`))
}

function tell(error: unknown): string {
  return errorLines(error, Boolean(process.env['KEEPUP_DEBUG'])).trimEnd()
}
