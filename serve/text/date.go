package text

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Day writes a date in full: 3 March 2024, 3. März 2024.
func (l Language) Day(t time.Time) string { return l.date("date.long", t) }

// ISODay is Day of a date as answers hold it, 2006-01-02; as it stands if it is
// none.
func (l Language) ISODay(date string) string {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return date
	}
	return l.Day(t)
}

// Date writes a date as it stands in tables: 22 Nov 2026, 22.11.2026; Unknown for
// the zero time.
func (l Language) Date(t time.Time) string {
	if t.IsZero() {
		return Unknown
	}
	return l.date("date.short", t)
}

// Month writes a month as it stands below an axis: Nov 2026, Nov. 2026.
func (l Language) Month(t time.Time) string { return l.date("date.month", t) }

// MonthName writes a month without its year, in short.
func (l Language) MonthName(t time.Time) string { return l.T("month.short." + monthKey(t)) }

// date fills in a pattern of the catalogue: {day}, {day2} with two digits,
// {month2}, {month} by name, {short} by its short name, {year}.
func (l Language) date(pattern string, t time.Time) string {
	return l.T(pattern, "day", strconv.Itoa(t.Day()), "day2", fmt.Sprintf("%02d", t.Day()), "month2", fmt.Sprintf("%02d", int(t.Month())),
		"month", l.T("month."+monthKey(t)), "short", l.MonthName(t), "year", strconv.Itoa(t.Year()))
}

func monthKey(t time.Time) string { return strings.ToLower(t.Month().String()) }

// Days counts days after a preposition such as "in", "vor" or "nach": 1 day,
// 23 days; 1 Tag, 23 Tagen.
func (l Language) Days(n int) string { return l.T("days.dative", "n", n) }
