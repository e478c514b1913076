/** True for a day that the calendar has; the year is taken as written. */
export function isCalendarDay(year: number, month: number, day: number): boolean {
  if (year < 2000 || month < 1 || month > 12 || day < 1) return false
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate()
}

/** True for `MMDD` of some year. */
export const isMonthAndDay = (month: number, day: number): boolean => isCalendarDay(2024, month, day)
