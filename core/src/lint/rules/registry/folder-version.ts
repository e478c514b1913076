import { majorOf } from '../../../changelog/version.ts'
import { folderMajor } from '../../../registry/paths.ts'
import { promptsFolderOf } from '../../../registry/registry.ts'
import { defineRule } from '../../rule.ts'

export const registryFolderVersion = defineRule({
  meta: {
    id: 'registry/folder-version',
    severity: 'warning',
    summary: 'A file in vN/ has major version N.',
    fixable: false,
    on: 'prompt',
  },
  check({ path, prompt, config, report }) {
    const folder = folderMajor(path, promptsFolderOf(path, config))
    const version = majorOf(prompt.version)
    if (folder === null || version === null || version === folder) return
    report(prompt.spans['/version']!, {
      message: `File is in v${folder}/ but version is ${prompt.version}; expected folder v${version}/.`,
    })
  },
})
