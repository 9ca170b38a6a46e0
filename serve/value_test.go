package serve

import (
	"testing"

	"github.com/etappe/etappe/features"
)

func TestNumbersRead(t *testing.T) {
	d := func(unit string, m features.Measure) *features.Definition {
		return &features.Definition{Unit: unit, Measure: m}
	}
	rows := []struct {
		d      *features.Definition
		value  any
		en, de string
	}{
		{d("users", features.MeasureActiveUsers), 1.0, "1 user", "1 Nutzer"},
		{d("days", ""), 3.25, "3.25 days", "3,25 Tage"},
		{d("events", ""), 12345.6, "12346 events", "12346 Ereignisse"},
		{d("EUR", ""), -0.001, "0 EUR", "0 EUR"},
		{d("share", ""), 0.414, "41%", "41 %"},
		{d("log ratio", ""), -0.7, "−50%", "−50 %"},
		{d("log ratio", ""), 0.7, "+101%", "+101 %"},
		{d("", features.MeasureAnswered), 1.0, "yes", "ja"},
		{d("", features.MeasureAnswered), 0.0, "no", "nein"},
		{d("", ""), 1e20, "1e+20", "1e+20"},
		{d("days", ""), nil, "missing", "fehlt"},
		{d("", ""), "pro", "pro", "pro"},
	}
	for _, row := range rows {
		if en, de := English.phrase(row.d, row.value), German.phrase(row.d, row.value); en != row.en || de != row.de {
			t.Errorf("%v %s: %q, %q, want %q, %q", row.value, row.d.Unit, en, de, row.en, row.de)
		}
	}
}
