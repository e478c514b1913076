import { expect, test } from 'vitest'
import { annotationsOf, commandParser, readEnvFile } from './workflow-commands.ts'

test('commands are read in both forms, with their escapes', () => {
  const parse = commandParser()
  expect(parse('::error file=a.yaml,line=2,title=Pin%3A it%2C now::one%0Atwo %25 %3A')).toEqual({
    name: 'error',
    properties: { file: 'a.yaml', line: '2', title: 'Pin: it, now' },
    message: 'one\ntwo % %3A',
  })
  expect(parse('some text ##[warning]hidden')).toMatchObject({ name: 'warning', message: 'hidden' })
  expect([parse('text ::error::no'), parse('::unknown::no'), parse('plain')]).toEqual([null, null, null])
})

test('nothing is a command between stop-commands and its word', () => {
  const parse = commandParser()
  const lines = ['::stop-commands::abc', '::error::hostile', '::other::', '##[error]x', '::abc::', '::error::real']
  const found = lines.map((line) => parse(line)).filter((command) => command?.name === 'error')
  expect(annotationsOf(found.filter((command) => command !== null))).toEqual([{ level: 'error', message: 'real' }])
})

test('output files hold single lines and blocks', () => {
  expect(readEnvFile('a=1=2\nb<<EOF\nx\ny=z\nEOF\nc=<<\n')).toEqual({ a: '1=2', b: 'x\ny=z', c: '<<' })
  expect(() => readEnvFile('a<<EOF\nx\n')).toThrow('Matching delimiter not found')
})
