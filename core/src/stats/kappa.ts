/**
 * Cohen's κ = (p_o − p_e)/(1 − p_e) of a square table: rows one rater's classes, columns the other's, cells counts. null when
 * chance agreement is 1 (one class only) or the table is empty. J. Cohen, Educ. Psychol. Meas. 20 (1960).
 */
export function cohenKappa(table: readonly (readonly number[])[]): number | null {
  const rows = table.map((row) => row.reduce((sum, count) => sum + count, 0))
  const columns = table.map((_, j) => table.reduce((sum, row) => sum + (row[j] ?? 0), 0))
  const n = rows.reduce((sum, count) => sum + count, 0)
  const agreed = table.reduce((sum, row, i) => sum + (row[i] ?? 0), 0)
  // In counts × n, so that "one class only" is an equality of integers.
  const chance = rows.reduce((sum, count, i) => sum + count * columns[i]!, 0)
  return n === 0 || chance === n * n ? null : (agreed * n - chance) / (n * n - chance)
}
