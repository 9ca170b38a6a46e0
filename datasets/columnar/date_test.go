package columnar

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestDateFormats(t *testing.T) {
	tests := []struct{ format, text, want string }{ // want "": refused
		{"", "2024-01-31", "2024-01-31T00:00:00Z"},
		{"", "2024-01-31T12:30", "2024-01-31T12:30:00Z"},
		{"", "2024-01-31 12:30:05", "2024-01-31T12:30:05Z"},
		{"", "2024-01-31 12:30:05.25", "2024-01-31T12:30:05.25Z"},
		{"", "2024-01-31T12:30:05Z", "2024-01-31T12:30:05Z"},
		{"", "2024-01-31 12:30:05 UTC", "2024-01-31T12:30:05Z"},
		{"", "2024-01-31T00:30:05+02:00", "2024-01-30T22:30:05Z"},
		{"", "2024-01-31 12:30:05.123-0530", "2024-01-31T18:00:05.123Z"},
		{"", "2024-01-31 12:30:05+00", "2024-01-31T12:30:05Z"},
		{"", "2024-01-31 12:30:05 +0000 UTC", "2024-01-31T12:30:05Z"},
		{"", "2024-02-30", ""},
		{"", "31.01.2024", ""},
		{"", "2024/01/31", ""},
		{"", "2024-01-31x12:30", ""},
		{"", "2024-01-31T12:30:05+2", ""},
		{"", "20240131", ""},
		{"02.01.2006", "31.01.2024", "2024-01-31T00:00:00Z"},
		{"02.01.2006", "2024-01-31", ""},
		{"%d.%m.%Y", "31.01.2024", "2024-01-31T00:00:00Z"},
		{"%d.%m.%Y", "3.1.2024", "2024-01-03T00:00:00Z"},
		{"%-d/%-m/%y %H:%M", "3/1/24 07:05", "2024-01-03T07:05:00Z"},
		{"%b %d, %Y %I:%M %p", "Jan 03, 2024 07:05 PM", "2024-01-03T19:05:00Z"},
		{"%Y%m%d", "20240131", "2024-01-31T00:00:00Z"},
		{"%Y-%m-%d %H:%M:%S.%f", "2024-01-31 01:02:03.5", "2024-01-31T01:02:03.5Z"},
		{"%F %T", "2024-01-31 01:02:03", "2024-01-31T01:02:03Z"},
		{"unix", "1706659200", "2024-01-31T00:00:00Z"},
		{"unix_ms", "1706659200500", "2024-01-31T00:00:00.5Z"},
		{"unix", "2024-01-31", ""},
		{"unix", "NaN", ""},
		{"days since 2020-01-01", "366", "2021-01-01T00:00:00Z"},
		{"days since 1899-12-30", "45322.25", "2024-01-31T06:00:00Z"},
	}
	for _, test := range tests {
		d, err := ParseDateFormat(test.format)
		if err != nil {
			t.Fatal(err)
		}
		us, ok := d.Text(test.text)
		got := ""
		if ok {
			got = time.UnixMicro(us).UTC().Format(time.RFC3339Nano)
		}
		if got != test.want {
			t.Errorf("%q as %q: got %q, want %q", test.text, test.format, got, test.want)
		}
	}
	unix, err := ParseDateFormat("unix")
	if err != nil {
		t.Fatal(err)
	}
	if us, ok := unix.Text("1e300"); !ok || us != math.MaxInt64 {
		t.Error("a number beyond all dates is not caught by the range")
	}
}

// What a date is does not depend on the machine's zone, and a zone name means one
// offset or is refused.
func TestZones(t *testing.T) {
	local := time.Local
	defer func() { time.Local = local }()
	const named = "%Y-%m-%d %H:%M:%S %Z"
	for _, machine := range []string{"UTC", "America/New_York", "Europe/Berlin"} {
		var err error
		if time.Local, err = time.LoadLocation(machine); err != nil {
			t.Fatal(err)
		}
		for _, test := range []struct{ format, timezone, text, want string }{
			{named, "", "2024-02-29 22:00:00 EST", "2024-03-01T03:00:00Z"},
			{named, "", "2024-07-01 22:00:00 CEST", "2024-07-01T20:00:00Z"},
			{named, "", "2024-07-01 22:00:00 UTC", "2024-07-01T22:00:00Z"},
			{named, "", "2024-07-01 22:00:00 GMT", "2024-07-01T22:00:00Z"},
			{named, "", "2024-07-01 22:00:00 GMT+2", "2024-07-01T20:00:00Z"},
			{named, "", "2024-07-01 22:00:00 IST", ""},
			{named, "", "2024-07-01 22:00:00 XYZ", ""},
			{"%Y-%m-%d %H:%M:%S %z", "", "2024-07-01 22:00:00 -0400", "2024-07-02T02:00:00Z"},
			{"", "Europe/Berlin", "2024-07-01 01:30:00", "2024-06-30T23:30:00Z"},
			{"", "Europe/Berlin", "2024-01-01 01:30:00", "2024-01-01T00:30:00Z"},
			{"", "Europe/Berlin", "2024-07-01 01:30:00Z", "2024-07-01T01:30:00Z"},
			{"", "Europe/Berlin", "2024-07-01 01:30:00 UTC", "2024-07-01T01:30:00Z"},
			{"", "Europe/Berlin", "2024-07-01T01:30:00-02:00", "2024-07-01T03:30:00Z"},
			{"", "Europe/Berlin", "2024-07-01", "2024-07-01T00:00:00Z"},
			{"%d.%m.%Y", "Europe/Berlin", "01.07.2024", "2024-07-01T00:00:00Z"},
			{"%d.%m.%Y %H:%M", "Europe/Berlin", "01.07.2024 01:30", "2024-06-30T23:30:00Z"},
			{"%d.%m.%Y %H:%M", "", "01.07.2024 01:30", "2024-07-01T01:30:00Z"},
		} {
			d, err := ParseDates(test.format, test.timezone)
			if err != nil {
				t.Fatal(err)
			}
			us, ok := d.Text(test.text)
			got := ""
			if ok {
				got = time.UnixMicro(us).UTC().Format(time.RFC3339)
			}
			if got != test.want {
				t.Errorf("on a machine in %s: %q as %q in %q: got %q, want %q", machine, test.text, test.format, test.timezone, got, test.want)
			}
		}
	}
}

func TestDatesReadBackWhatTheyWrite(t *testing.T) {
	formats := map[string]string{
		"": "2006-01-02T15:04:05Z07:00", "%d.%m.%Y %H:%M:%S": "02.01.2006 15:04:05",
		"%B %e %Y, %I:%M:%S %p": "January _2 2006, 03:04:05 PM", "%Y%m%d%H%M%S": "20060102150405",
	}
	for format, layout := range formats {
		d, err := ParseDateFormat(format)
		if err != nil {
			t.Fatal(err)
		}
		rapid.Check(t, func(t *rapid.T) {
			want := time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "seconds"), 0).UTC()
			us, ok := d.Text(want.Format(layout))
			if !ok || !time.UnixMicro(us).Equal(want) {
				t.Fatalf("%q as %q reads as %v, %v", want.Format(layout), format, time.UnixMicro(us).UTC(), ok)
			}
		})
	}
}

func TestDateTextNeverPanics(t *testing.T) {
	d, err := ParseDateFormat("")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		d.Text(rapid.OneOf(rapid.String(), rapid.StringMatching(`[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]{0,12}[ +-]?[0-9:]{0,6}( UTC|Z)?`)).Draw(t, "text"))
	})
}
