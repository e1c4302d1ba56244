import { describe, expect, test } from 'vitest'

import { isHarmlessGitConfig } from '../../src/sandbox/git-config-harm.ts'

const harmless = (text: string): boolean => isHarmlessGitConfig(text, '/w/.git/modules/x', '/w')

describe('what git writes by itself is left alone', () => {
  test.each([
    '',
    '[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = false\n\tlogallrefupdates = true\n',
    '# words\n[remote "origin"]\n\turl = https://example.com/a.git\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n[branch "main"]\n\tremote = origin\n\tmerge = refs/heads/main\n',
    '[remote "o"]\n\turl = git@example.com:a/b.git\n',
    '[remote "o"]\n\turl = /srv/a\n',
    '[user]\n\tname = "Ann; rm -rf /"\n\temail = a@b.c\n',
    '[submodule "x"]\n\turl = ../x.git\n\tactive = true\n',
    '[core]\n\tworktree = ../../../x\n',
    '[CORE]\n\tBARE\n',
  ])('%j', (text) => {
    expect(harmless(text)).toBe(true)
  })
})

describe('what may start a program, or is not understood, is not', () => {
  test.each([
    '[core]\n\tfsmonitor = ./evil\n',
    '[core]\n\thooksPath = evil\n',
    '[core]\n\tsshCommand = evil\n',
    '[core] pager = evil\n',
    '[core]\n\tbare = false \\\n\tfsmonitor = evil\n',
    '[include]\n\tpath = evil\n',
    '[includeIf "gitdir:/"]\n\tpath = evil\n',
    '[alias]\n\tst = !evil\n',
    '[filter "x"]\n\tclean = evil\n',
    '[diff "x"]\n\ttextconv = evil\n',
    '[credential]\n\thelper = !evil\n',
    '[remote "o"]\n\turl = ext::sh -c evil\n',
    '[remote "o"]\n\turl = --upload-pack=evil\n',
    '[remote "o"]\n\tuploadpack = evil\n',
    '[submodule "x"]\n\tupdate = !evil\n',
    '[gpg]\n\tprogram = evil\n',
    '[core]\n\tworktree = /home/ann\n',
    '[core]\n\tworktree = ../../../..\n',
    '[core "x"] fsmonitor = evil\n',
    '[remote "a\\"]\n[core]\n\tfsmonitor = evil\n',
    '\u0000',
    '[core]\r\tfsmonitor = evil\n',
  ])('%j', (text) => {
    expect(harmless(text)).toBe(false)
  })
})
