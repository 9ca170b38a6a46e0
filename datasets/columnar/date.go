package columnar

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// DateFormat reads a date or a time in the one way a column is written.
type DateFormat struct {
	layout  string // Go layout; "": ISO 8601, or numbers
	Numeric bool
	named   bool           // the layout has a zone name
	clock   bool           // the layout has a time of day
	zone    *time.Location // of times that name none; nil: UTC
	micros  float64        // numeric: microseconds per unit
	origin  int64          // numeric: microseconds since 1970 of 0
	Rule    string         // the rule for a value, in words
}

// The dates that are taken for dates at all.
var Earliest = time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC)

const dayMicros = 86400 * 1e6

// ParseDateFormat reads Column.Format.
func ParseDateFormat(format string) (*DateFormat, error) { return ParseDates(format, "") }

// ParseDates is ParseDateFormat for a column whose times without a zone are
// those of a named one ("Europe/Berlin"); "" is UTC. Dates without a time of day
// stay the dates that they are.
func ParseDates(format, timezone string) (*DateFormat, error) {
	d, err := parseFormat(format)
	if err != nil || timezone == "" {
		return d, err
	}
	if d.Numeric {
		return nil, fmt.Errorf("%w: the date format %q counts from a moment: it has no timezone", ErrConfig, format)
	}
	if d.zone, err = time.LoadLocation(timezone); err != nil || timezone == "Local" {
		return nil, fmt.Errorf("%w: there is no timezone %q: write it like Europe/Berlin or UTC", ErrConfig, timezone)
	}
	return d, nil
}

func parseFormat(format string) (*DateFormat, error) {
	switch format {
	case "":
		return &DateFormat{Rule: "is not an ISO date such as 2024-01-31 (name the column's format in etappe.yaml)"}, nil
	case "unix":
		return &DateFormat{Numeric: true, micros: 1e6, Rule: "is not a number of seconds since 1970"}, nil
	case "unix_ms":
		return &DateFormat{Numeric: true, micros: 1e3, Rule: "is not a number of milliseconds since 1970"}, nil
	}
	if day, ok := strings.CutPrefix(format, "days since "); ok {
		origin, err := time.Parse(time.DateOnly, strings.TrimSpace(day))
		if err != nil {
			return nil, fmt.Errorf("%w: the date format %q needs a day such as 2020-01-01", ErrConfig, format)
		}
		return &DateFormat{Numeric: true, micros: dayMicros, origin: origin.UnixMicro(), Rule: "is not a number of " + format}, nil
	}
	layout := format
	if strings.Contains(format, "%") {
		var err error
		if layout, err = layoutOf(format); err != nil {
			return nil, err
		}
	}
	probe := time.Date(2019, 11, 23, 13, 47, 58, 0, time.UTC)
	back, err := time.Parse(layout, probe.Format(layout))
	if err != nil || back.Year() != 2019 || back.Month() != 11 {
		return nil, fmt.Errorf(`%w: %q is no date format: write it as "%%d.%%m.%%Y", as the Go layout "02.01.2006", or say unix, unix_ms or days since 2020-01-01`, ErrConfig, format)
	}
	d := &DateFormat{layout: layout, Rule: fmt.Sprintf("is not a date written as %q", format), named: strings.Contains(layout, "MST"), clock: hasClock(layout)}
	if d.named {
		d.Rule += ", with a zone name that means one offset (" + zoneList() + ") or GMT+2"
	}
	return d, nil
}

// layoutOf translates a strftime pattern to a Go layout.
func layoutOf(pattern string) (string, error) {
	var b strings.Builder
	rest := strings.ReplaceAll(pattern, "%S.%f", "%S") // Go reads a fraction after the seconds by itself
	for i := 0; i < len(rest); i++ {
		if rest[i] != '%' {
			b.WriteByte(rest[i])
			continue
		}
		i++
		if i < len(rest) && rest[i] == '-' {
			i++ // %-d: no padding, which is read anyway
		}
		if i == len(rest) || strftime(rest[i]) == "" {
			return "", fmt.Errorf("%w: the date format %q has a %% that is not understood", ErrConfig, pattern)
		}
		b.WriteString(strftime(rest[i]))
	}
	return b.String(), nil
}

// Text reads a date from text, in microseconds since 1970, UTC.
func (d *DateFormat) Text(s string) (int64, bool) {
	if d.Numeric {
		x, ok := ParseNumber(s)
		if !ok {
			return 0, false
		}
		return d.Number(x)
	}
	if d.layout == "" {
		return parseISO(s, d.location(true))
	}
	if d.named {
		return d.zoned(s)
	}
	t, err := time.ParseInLocation(d.layout, s, d.location(d.clock))
	return t.UnixMicro(), err == nil
}

// location returns the zone of times that name none; UTC for dates.
func (d *DateFormat) location(clock bool) *time.Location {
	if d.zone == nil || !clock {
		return time.UTC
	}
	return d.zone
}

// Number reads a date from a number. One that is beyond all dates becomes the
// latest there is, which no rule lets pass.
func (d *DateFormat) Number(x float64) (int64, bool) {
	if !d.Numeric || math.IsNaN(x) {
		return 0, false
	}
	us := math.Round(x*d.micros) + float64(d.origin)
	if math.Abs(us) > 1e18 {
		return math.MaxInt64, true
	}
	return int64(us), true
}

// parseISO reads 2024-01-31, 2024-01-31T12:30[:05[.25]] with a blank or a T in
// the middle, and any of Z, UTC, +02, +0200 and +02:00 behind.
func parseISO(s string, zone *time.Location) (int64, bool) {
	const day = "2006-01-02"
	if len(s) == len(day) {
		return parseDay(s)
	}
	if len(s) < len("2006-01-02T15:04") || (s[10] != 'T' && s[10] != ' ' && s[10] != 't') {
		return 0, false
	}
	if rest, ok := strings.CutSuffix(s, " UTC"); ok {
		s, zone = rest, time.UTC
	}
	layout := day + s[10:11] + "15:04"
	if len(s) > 16 && s[16] == ':' {
		layout += ":05"
	}
	if last := s[len(s)-1]; last == 'Z' || last == 'z' {
		s, zone = s[:len(s)-1], time.UTC
	} else if at := strings.LastIndexAny(s, "+-"); at > 13 {
		layout += map[int]string{3: "-07", 5: "-0700", 6: "-07:00"}[len(s)-at]
		if at > 0 && s[at-1] == ' ' { // "… 12:30:05 +0200"
			s = s[:at-1] + s[at:]
		}
	}
	t, err := time.ParseInLocation(layout, s, zone)
	return t.UnixMicro(), err == nil
}

// parseDay reads 2024-01-31; apart because event files hold millions of them.
func parseDay(s string) (int64, bool) {
	if s[4] != '-' || s[7] != '-' {
		return 0, false
	}
	t, err := time.Parse(time.DateOnly, s)
	return t.UnixMicro(), err == nil
}
