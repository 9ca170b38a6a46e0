package text

import (
	"time"

	"github.com/etappe/etappe/features"
)

//lint:file-ignore U1000 sentences that move here call these until they stand in the catalogue

// What sentences on their way into the catalogue still use; gone with the last of
// them.

func (l Language) pick(en, de string) string {
	if l == German {
		return de
	}
	return en
}

// of returns a catalogue text in the language, its abbreviations in capitals.
func (l Language) of(t features.Text) string {
	text := l.pick(t.En, t.De)
	if text == "" {
		text = t.En
	}
	return abbreviated(text)
}

func (l Language) day(t time.Time) string    { return l.Day(t) }
func (l Language) isoDay(date string) string { return l.ISODay(date) }
func (l Language) days(n int) string         { return l.Days(n) }
func (l Language) whole(n int) string        { return l.Whole(n) }
func (l Language) score(v float64) string    { return l.Score(v) }
func (l Language) change(v float64) string   { return l.Change(v) }
func (l Language) number(v float64) string   { return l.Rounded(v) }
func capital(text string) string             { return Capital(text) }
func round1(v float64) float64               { return Round1(v) }

// Spoken is Readable under its name of before.
func Spoken(name string) string { return Readable(name) }
