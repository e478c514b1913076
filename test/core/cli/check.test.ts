import { mkdtempSync, rmSync, writeFileSync, mkdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { startLoopbackProvider } from '../../stand-ins/loopback-provider.ts'
import { tempRepo } from '../../stand-ins/temp-repo.ts'
import { answerDay, assay, changedPrompt, configText, goldenText, promptText } from './project.ts'

const promptPath = 'prompts/v1/day.yaml'
const goldenPath = 'prompts/golden/day.yaml'
const tapePath = 'prompts/tapes/day.jsonl'

/** A repository whose main has a prompt with recorded answers, and whose work tree has the changed prompt. */
async function project(o: { golden?: string; changed?: string; config?: string } = {}) {
  const provider = await startLoopbackProvider(answerDay)
  const repo = await tempRepo()
  await repo.commit(
    {
      'assay.yaml': o.config ?? configText(provider.url),
      [promptPath]: promptText(),
      [goldenPath]: o.golden ?? goldenText(),
    },
    'base',
  )
  await assay(repo.path, ['record'])
  await repo.commit({ [tapePath]: await readFile(join(repo.path, tapePath), 'utf8') }, 'tape')
  await repo.branch('change')
  await repo.write({ [promptPath]: o.changed ?? changedPrompt })
  return {
    repo,
    provider,
    async [Symbol.asyncDispose]() {
      await provider.close()
      await repo.remove()
    },
  }
}

describe('assay check', () => {
  test('blocks a change that breaks cases: record asks all that check needs, check then asks nothing', async () => {
    await using p = await project()
    const recorded = await assay(p.repo.path, ['record', '--base', 'main'])
    expect(recorded).toMatchObject({ code: 0 })
    const asked = p.provider.requests.length
    const checked = await assay(p.repo.path, ['check', '--base', 'main', '--format', 'json'])
    expect(p.provider.requests.length).toBe(asked)
    expect(checked.code).toBe(1)
    const verdict = checked.json
    expect(verdict).toMatchObject({ format: 1, verdict: 'blocked', reason: 'floor', exit: 1 })
    const [prompt] = verdict.prompts
    expect(prompt.broken).toEqual(['m4', 'm9', 'm14', 'm19', 'm24'])
    expect(prompt.floor).toEqual({ k: 20, base_k: 25, n: 25, need: 23, supported: true })
    expect(prompt.comparison.pairs[4]).toMatchObject({
      case: 'm4',
      flip: 'worse',
      confirm: { base: [9, 9], head: [0, 9] },
      reason: 'day: expected null, got "Monday"',
    })
    expect(prompt.comparison.base.evidence).toMatchObject({ recorded: 25, claimed: 40 })
    expect(prompt.change.words).toContain('removes "If no day is named, the day is null."')
  })

  test('says the same in text and Markdown, worst first', async () => {
    await using p = await project()
    await assay(p.repo.path, ['record', '--base', 'main'])
    const text = await assay(p.repo.path, ['check'])
    expect(text.out).toMatch(
      /^MERGE BLOCKED\n {2}day 1\.0\.0 → 1\.1\.0 breaks 5 golden cases that passed \(25\/25 → 20\/25\)\. Reruns: base 45\/45, head 0\/45/,
    )
    expect(text.out).toContain('✗ m4   day: expected null, got "Monday"   base 9/9, head 0/9')
    const markdown = await assay(p.repo.path, ['check', '--format', 'markdown'])
    const lines = markdown.out.split('\n')
    expect(lines[0]).toMatch(/^\*\*Assay: merge blocked\*\* · /)
    expect(lines[2]).toMatch(/^Change: /)
    expect(markdown.out).toContain('- "day": null   expected\n+ "day": "Monday"   head')
  })

  test('without reruns on the tape and without a server is incomplete and names the way out', async () => {
    await using p = await project()
    await assay(p.repo.path, ['record'])
    const checked = await assay(p.repo.path, ['check', '--format', 'json'])
    expect(checked).toMatchObject({ code: 3 })
    expect(checked.json.prompts[0].notes.join(' ')).toContain('npx -y @assay/core@')
    expect(checked.json.reason).toBe('missing-answers')
  })

  test('passes when nothing differs, and says so without asking', async () => {
    await using p = await project({ changed: promptText() })
    const checked = await assay(p.repo.path, ['check'])
    expect(checked.code).toBe(0)
    expect(checked.out).toMatch(/^NOTHING TO CHECK/)
  })

  test('a changelog entry alone costs no answer and cannot be blocked by noise', async () => {
    await using p = await project({
      changed: promptText({
        version: '1.0.1',
        entries: '  - version: "1.0.1"\n    date: "2026-11-20"\n    change: Only a note about the owners\n',
      }),
    })
    const asked = p.provider.requests.length
    const checked = await assay(p.repo.path, ['check', '--format', 'json'])
    expect(checked.json).toMatchObject({ verdict: 'pass', reason: 'no-change-detected' })
    expect(checked.json.prompts[0].comparison.head.evidence).toMatchObject({ recorded: 25, claimed: 0 })
    expect(p.provider.requests.length).toBe(asked)
  })

  test('lint errors block before anything is asked', async () => {
    await using p = await project({
      changed: changedPrompt.replace('version: "1.1.0"\nmodel', 'version: "1.0.0"\nmodel'),
    })
    const checked = await assay(p.repo.path, ['check', '--mode', 'record-missing', '--format', 'json'])
    expect(checked.code).toBe(1)
    expect(checked.json.reason).toBe('lint')
    expect(checked.json.findings.map((finding: { rule: string }) => finding.rule)).toContain('version/bump-required')
    expect(p.provider.requests).toHaveLength(25)
  })

  test('judges a changed test with base’s cases, and blocks when its own say otherwise', async () => {
    await using p = await project()
    // The pull request edits the expectations that its prompt breaks.
    await p.repo.write({ [goldenPath]: goldenText().replaceAll('day: null }', 'day: Monday }') })
    await assay(p.repo.path, ['record', '--base', 'main'])
    const checked = await assay(p.repo.path, ['check', '--format', 'json'])
    expect(checked.json).toMatchObject({ verdict: 'blocked', reason: 'test-changed' })
    const [prompt] = checked.json.prompts
    expect(prompt.test_changed.changes.edited).toHaveLength(5)
    expect(prompt.test_changed).toMatchObject({
      base: { verdict: 'blocked', passed: 20 },
      own: { verdict: 'pass', passed: 25 },
    })
  })

  test('a test change without a prompt change is shown, never blocked', async () => {
    await using p = await project({ changed: promptText() })
    await p.repo.write({ [goldenPath]: goldenText().replace('expected: { day: null }', 'expected: { day: Friday }') })
    const checked = await assay(p.repo.path, ['check', '--format', 'json'])
    expect(checked.json).toMatchObject({ verdict: 'pass' })
    expect(checked.json.look_first).toContain('test changed')
  })

  test('the rules of base decide, not those of the change', async () => {
    await using p = await project()
    await assay(p.repo.path, ['record', '--base', 'main'])
    await p.repo.write({ 'assay.yaml': configText(p.provider.url, 'gates:\n  golden: { floor: 0.10 }\n') })
    const checked = await assay(p.repo.path, ['check', '--format', 'json'])
    expect(checked.json.prompts[0].floor.need).toBe(23)
    expect(checked.json.notes.join(' ')).toContain("base's rules decide")
  })

  test('--fail-on lets through with exit 0 and keeps verdict and reason', async () => {
    await using p = await project()
    await assay(p.repo.path, ['record', '--base', 'main'])
    const checked = await assay(p.repo.path, ['check', '--fail-on', 'lint', '--format', 'json'])
    expect(checked.code).toBe(0)
    expect(checked.json).toMatchObject({ verdict: 'blocked', exit: 0 })
  })

  test('cases without an expectation are compared with base and never gate', async () => {
    const golden = goldenText().replaceAll(/, expected: \{[^}]*\}/g, '')
    await using p = await project({ golden })
    await assay(p.repo.path, ['record', '--base', 'main'])
    const checked = await assay(p.repo.path, ['check', '--format', 'json'])
    expect(checked.json.verdict).toBe('pass')
    expect(checked.json.prompts[0].comparison.same_as_base).toMatchObject({ n: 25, changed: 5 })
  })

  test('no golden set: the text is checked and what would give more is named', async () => {
    await using p = await project()
    await p.repo.commit({ [goldenPath]: null, [tapePath]: null, [promptPath]: promptText() }, 'no cases')
    await p.repo.git('branch', '-f', 'main', 'HEAD')
    await p.repo.write({ [promptPath]: changedPrompt })
    const checked = await assay(p.repo.path, ['check'])
    expect(checked.code).toBe(0)
    expect(checked.out).toMatch(/^READY TO MERGE, LOOK FIRST · no golden cases: only the text was checked/)
    expect(checked.out).toContain('10 inputs in prompts/golden/day.yaml are enough')
  })

  test('a new prompt has no baseline and is judged by its floor', async () => {
    await using p = await project({ changed: promptText() })
    await p.repo.write({ 'prompts/v1/other.yaml': promptText(), 'prompts/golden/other.yaml': goldenText() })
    await assay(p.repo.path, ['record', 'other'])
    const checked = await assay(p.repo.path, ['check', '--format', 'json'])
    expect(checked.json).toMatchObject({ verdict: 'pass', reason: 'no-baseline' })
  })

  test('compares with the merge-base, not with the tip of main', async () => {
    await using p = await project()
    await assay(p.repo.path, ['record', '--base', 'main'])
    await p.repo.git('stash', '--quiet', '--include-untracked')
    await p.repo.checkout('main')
    await p.repo.commit({ [promptPath]: promptText({ rule: 'Somebody else changed this on main.' }) }, 'moved on')
    await p.repo.checkout('change')
    await p.repo.git('stash', 'pop', '--quiet')
    const checked = await assay(p.repo.path, ['check', '--base', 'main', '--format', 'json'])
    expect(checked.json.prompts[0].change.words).not.toContain('Somebody else')
  })
})

describe('bad input', () => {
  test('no git: a sentence, and lint and golden cases still work', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'assay-'))
    try {
      mkdirSync(join(folder, 'prompts/v1'), { recursive: true })
      writeFileSync(join(folder, promptPath), promptText())
      const refused = await assay(folder, ['check', '--base', 'main'])
      expect(refused).toMatchObject({ code: 2 })
      expect(refused.err).toContain('No git repository')
      const checked = await assay(folder, ['check'])
      expect(checked.code).toBe(0)
      expect(checked.out).toContain('nothing to compare with')
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test('a base that does not exist is named, with what is near', async () => {
    await using p = await project()
    const checked = await assay(p.repo.path, ['check', '--base', 'mai', '--format', 'json'])
    expect(checked.code).toBe(2)
    expect(checked.json.error).toMatchObject({ code: 'no-base', message: '"mai" was not found in this repository.' })
    expect(checked.json.error.hint).toContain('"main"')
  })

  test('a ref that looks like an option is no option', async () => {
    await using p = await project()
    const checked = await assay(p.repo.path, ['check', '--base=--upload-pack=touch /tmp/x'])
    expect(checked.code).toBe(2)
    expect(checked.err).toContain('was not found')
  })

  test('broken YAML has a place, and other prompts are still checked', async () => {
    await using p = await project()
    await p.repo.write({ 'prompts/v1/broken.yaml': 'version: "1.0.0"\nmodel: [oops\n' })
    const linted = await assay(p.repo.path, ['lint', '--format', 'json'])
    expect(linted.code).toBe(1)
    const paths = linted.json.findings.map((finding: { path: string }) => finding.path)
    expect(paths).toContain('prompts/v1/broken.yaml')
    expect(linted.json.findings.every((finding: { line: number }) => finding.line > 0)).toBe(true)
  })

  test('a broken assay.yaml stops everything with its place', async () => {
    await using p = await project()
    await p.repo.write({ 'assay.yaml': 'version: 1\ngate: {}\n' })
    const linted = await assay(p.repo.path, ['lint'])
    expect(linted.code).toBe(2)
    expect(linted.err).toMatch(/assay\.yaml:2:1: .*gate.*Did you mean "gates"\?/)
  })

  test('a golden set with a bad case is never judged', async () => {
    await using p = await project()
    await p.repo.write({ [goldenPath]: `${goldenText()}  - { id: m1, vars: { message: twice } }\n` })
    const checked = await assay(p.repo.path, ['check', '--format', 'json'])
    expect(checked.code).toBe(2)
    expect(checked.json).toMatchObject({ verdict: 'error' })
    expect(checked.json.findings.some((finding: { rule: string }) => finding.rule === 'eval/duplicate-case')).toBe(true)
    expect(checked.json.notes[0]).toContain(`${goldenPath}:28`)
  })

  test('a case that gives no value for an input is named with all missing ones', async () => {
    await using p = await project()
    await p.repo.write({ [goldenPath]: `${goldenText()}  - { id: empty, vars: {}, expected: { day: null } }\n` })
    const checked = await assay(p.repo.path, ['check'])
    expect(checked.code).toBe(2)
    expect(checked.err).toContain('day: case empty gives no value for {message}')
  })

  test('a damaged tape line is not used, the rest is, and recording mends it', async () => {
    await using p = await project()
    await assay(p.repo.path, ['record', '--base', 'main'])
    const before = await readFile(join(p.repo.path, tapePath), 'utf8')
    await p.repo.write({ [tapePath]: before.replaceAll('Sunday', 'Someday') })
    const checked = await assay(p.repo.path, ['check', '--format', 'json'])
    const damaged = checked.json.findings.filter((finding: { path: string }) => finding.path === tapePath)
    expect(damaged.length).toBeGreaterThan(0)
    expect(damaged[0].message).toContain('was changed after it was recorded')
    await assay(p.repo.path, ['record', '--base', 'main'])
    expect(await assay(p.repo.path, ['check'])).toMatchObject({ code: 1 })
  })

  test('an unknown prompt or option is named', async () => {
    await using p = await project()
    expect((await assay(p.repo.path, ['check', 'dya'])).err).toContain('No prompt is named "dya"')
    const option = await assay(p.repo.path, ['check', '--fromat', 'json'])
    expect(option.code).toBe(2)
    expect(option.err).toContain('--format')
    expect((await assay(p.repo.path, ['chek'])).err).toContain('check')
  })

  test('a key that is refused loses no answer that came before', async () => {
    const provider = await startLoopbackProvider((request) =>
      request.n > 10 ? { kind: 'error', status: 401 } : answerDay(request),
    )
    const repo = await tempRepo()
    await repo.commit(
      { 'assay.yaml': configText(provider.url), [promptPath]: promptText(), [goldenPath]: goldenText() },
      'base',
    )
    const recorded = await assay(repo.path, ['record'])
    expect(recorded.code).toBe(2)
    expect(recorded.err).toContain('refused the key')
    expect((await readFile(join(repo.path, tapePath), 'utf8')).trim().split('\n').length).toBeGreaterThanOrEqual(7)
    await provider.close()
    await repo.remove()
  })

  test('an outage is incomplete, never a failed case, and the next run asks only for the rest', async () => {
    const provider = await startLoopbackProvider((request) =>
      request.n > 10 ? { kind: 'error', status: 503 } : answerDay(request),
    )
    const repo = await tempRepo()
    await repo.commit(
      { 'assay.yaml': configText(provider.url), [promptPath]: promptText(), [goldenPath]: goldenText() },
      'base',
    )
    expect((await assay(repo.path, ['record'])).code).toBe(3)
    const seen = provider.requests.length
    provider.answer(answerDay)
    expect((await assay(repo.path, ['record'])).code).toBe(0)
    expect(provider.requests.length).toBe(seen + 15)
    await provider.close()
    await repo.remove()
  })
})
