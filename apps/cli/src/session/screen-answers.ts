import type { CommandLine } from '../command-line.ts'
import { answerServers, type ServerAnswers } from '../mcp/answer-servers.ts'
import type { Painter } from './painter.ts'
import type { Screen } from './screen/screen.ts'

/** Answers what MCP servers ask by lines, as `keepup run` does: the live region is away meanwhile, and keys are the questions'. */
export function screenAnswers(
  line: CommandLine,
  screen: Screen,
  painter: Painter,
  warn: (text: string) => void,
): ServerAnswers {
  const output = {
    pause: () => Promise.resolve(screen.leave()),
    warn: (text: string) => Promise.resolve(warn(text)),
  }
  const answers = answerServers(line, { attended: true, output })
  return {
    ...answers,
    async elicit(question) {
      try {
        return await answers.elicit(question)
      } finally {
        line.host.stdin.resume()
        screen.enter()
        painter.paint()
      }
    },
  }
}
