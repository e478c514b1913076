import type { Rule } from '../rule.ts'
import { changelogAppendOnly } from './changelog/append-only.ts'
import { changelogDate } from './changelog/date.ts'
import { changelogEntryRequired } from './changelog/entry-required.ts'
import { changelogOrder } from './changelog/order.ts'
import { evalDuplicateCase } from './eval/duplicate-case.ts'
import { evalLeak } from './eval/leak.ts'
import { codeHardcodedPrompt } from './code/hardcoded-prompt.ts'
import { codeUnpinnedModel } from './code/unpinned-model.ts'
import { evalMissing } from './eval/missing.ts'
import { evalTooFew } from './eval/too-few.ts'
import { exportStale } from './export/stale.ts'
import { limitContext } from './limit/context.ts'
import { limitCost } from './limit/cost.ts'
import { modelEmbeddingReindex } from './model/embedding-reindex.ts'
import { modelMoving } from './model/moving.ts'
import { modelOpaque } from './model/opaque.ts'
import { modelParameter } from './model/parameter.ts'
import { modelPreview } from './model/preview.ts'
import { modelRerouted } from './model/rerouted.ts'
import { modelRetired } from './model/retired.ts'
import { modelRetiring } from './model/retiring.ts'
import { modelUnknown } from './model/unknown.ts'
import { modelUnpinned } from './model/unpinned.ts'
import { outputNoSchema } from './output/no-schema.ts'
import { outputSchemaInvalid } from './output/schema-invalid.ts'
import { outputSchemaStrict } from './output/schema-strict.ts'
import { registryDuplicateName } from './registry/duplicate-name.ts'
import { registryFolderVersion } from './registry/folder-version.ts'
import { registrySchema } from './registry/schema.ts'
import { registryUnknownKey } from './registry/unknown-key.ts'
import { securityHiddenUnicode } from './security/hidden-unicode.ts'
import { securitySecret } from './security/secret.ts'
import { securityUntrustedInSystem } from './security/untrusted-in-system.ts'
import { templateBraces } from './template/braces.ts'
import { templateUndeclared } from './template/undeclared.ts'
import { templateUnused } from './template/unused.ts'
import { versionBumpLevel } from './version/bump-level.ts'
import { versionBumpRequired } from './version/bump-required.ts'
import { versionSemver } from './version/semver.ts'

/** All rules that ship. A user adds one by passing a longer list. */
export const rules: readonly Rule[] = [
  registrySchema,
  registryUnknownKey,
  registryFolderVersion,
  registryDuplicateName,
  modelUnpinned,
  modelMoving,
  modelPreview,
  modelOpaque,
  modelUnknown,
  modelRetired,
  modelRetiring,
  modelRerouted,
  modelEmbeddingReindex,
  modelParameter,
  templateUndeclared,
  templateUnused,
  templateBraces,
  versionSemver,
  versionBumpRequired,
  versionBumpLevel,
  changelogEntryRequired,
  changelogOrder,
  changelogDate,
  changelogAppendOnly,
  outputSchemaInvalid,
  outputNoSchema,
  outputSchemaStrict,
  evalMissing,
  evalTooFew,
  evalDuplicateCase,
  evalLeak,
  exportStale,
  limitContext,
  limitCost,
  securitySecret,
  securityHiddenUnicode,
  securityUntrustedInSystem,
  codeUnpinnedModel,
  codeHardcodedPrompt,
]
