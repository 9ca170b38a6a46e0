package api

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/etappe/etappe/serve/score"
)

// encoder appends JSON without reflection. It writes the bytes that json.Marshal
// writes; what is rare is left to json.Marshal itself.
type encoder struct {
	text []byte
	err  error // the first
}

// answer appends an answer.
func (e *encoder) answer(a *score.Answer) {
	e.string(`{"account_id":`, a.AccountID)
	e.string(`,"as_of":`, a.AsOf)
	e.number(`,"health_score":`, a.HealthScore)
	e.number(`,"churn_probability":`, a.ChurnProbability)
	e.number(`,"interval":{"level":`, a.Interval.Level)
	e.number(`,"low":`, a.Interval.Low)
	e.number(`,"high":`, a.Interval.High)
	e.string(`},"band":`, a.Band)
	if a.BandSince != "" {
		e.string(`,"band_since":`, a.BandSince)
	}
	if a.Held != nil {
		e.other(`,"held":`, a.Held)
	}
	if a.Cluster.None() {
		e.raw(`,"cluster":null`)
	} else {
		e.string(`,"cluster":{"id":`, a.Cluster.ID)
		e.string(`,"name":`, a.Cluster.Name)
		e.number(`,"membership":`, a.Cluster.Membership)
		e.raw(`}`)
	}
	e.number(`,"baseline":{"log_odds":`, a.Baseline.LogOdds)
	e.number(`,"points":`, a.Baseline.Points)
	e.raw(`}`)
	if len(a.Contributions) > 0 {
		e.contributions(a.Contributions)
	}
	e.reasons(a.Reasons)
	e.string(`,"model":{"version":`, a.Model.Version)
	e.time(`,"trained_at":`, a.Model.TrainedAt)
	e.raw(`,"age_days":`)
	e.text = strconv.AppendInt(e.text, int64(a.Model.AgeDays), 10)
	e.raw(`}`)
	e.warnings(a.Warnings)
	if a.Second != nil {
		e.other(`,"second":`, a.Second)
	}
	e.raw(`}`)
}

func (e *encoder) contributions(list []score.Contribution) {
	e.raw(`,"contributions":[`)
	for i := range list {
		c := &list[i]
		e.comma(i)
		e.string(`{"feature":`, c.Feature)
		switch v := c.Value.(type) {
		case nil:
			e.raw(`,"value":null`)
		case float64:
			e.number(`,"value":`, v)
		case string:
			e.string(`,"value":`, v)
		default:
			e.other(`,"value":`, v)
		}
		e.string(`,"unit":`, c.Unit)
		e.string(`,"theme":`, c.Theme)
		e.string(`,"side":`, c.Side)
		e.number(`,"log_odds":`, c.LogOdds)
		e.number(`,"points":`, c.Points)
		e.raw(`}`)
	}
	e.raw(`]`)
}

func (e *encoder) reasons(list []score.Reason) {
	if list == nil {
		e.raw(`,"reasons":null`)
		return
	}
	e.raw(`,"reasons":[`)
	for i := range list {
		e.comma(i)
		e.string(`{"code":`, list[i].Code)
		e.string(`,"text":`, list[i].Text)
		e.number(`,"points":`, list[i].Points)
		e.members(list[i].Members)
		e.raw(`}`)
	}
	e.raw(`]`)
}

func (e *encoder) members(list []score.ReasonMember) {
	if len(list) == 0 {
		return
	}
	e.raw(`,"members":[`)
	for i := range list {
		e.comma(i)
		e.string(`{"feature":`, list[i].Feature)
		e.number(`,"points":`, list[i].Points)
		if list[i].Shown != nil {
			e.number(`,"shown":`, *list[i].Shown)
		}
		e.raw(`}`)
	}
	e.raw(`]`)
}

func (e *encoder) warnings(list []score.Warning) {
	if list == nil {
		e.raw(`,"warnings":null`)
		return
	}
	e.raw(`,"warnings":[`)
	for i := range list {
		e.comma(i)
		e.string(`{"code":`, list[i].Code)
		e.string(`,"text":`, list[i].Text)
		e.raw(`}`)
	}
	e.raw(`]`)
}

// comma parts the i-th entry of a list from the one before.
func (e *encoder) comma(i int) {
	if i > 0 {
		e.text = append(e.text, ',')
	}
}

// raw appends what is JSON already.
func (e *encoder) raw(text string) { e.text = append(e.text, text...) }

// other appends a value as json.Marshal writes it.
func (e *encoder) other(before string, value any) {
	text, err := json.Marshal(value)
	if err != nil && e.err == nil {
		e.err = err
	}
	e.raw(before)
	e.text = append(e.text, text...)
}

// number appends a number in the shortest form that reads back to the same bits.
// Past 1e21 and below 1e-6 it has an exponent, as ECMA-262 writes it.
func (e *encoder) number(before string, x float64) {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		if e.err == nil {
			e.err = fmt.Errorf("%s%v is no number", before, x)
		}
		return
	}
	e.raw(before)
	if size := math.Abs(x); size == 0 || size >= 1e-6 && size < 1e21 {
		if whole := int64(x); size < 1<<53 && float64(whole) == x && (x != 0 || !math.Signbit(x)) {
			e.text = strconv.AppendInt(e.text, whole, 10)
			return
		}
		e.text = strconv.AppendFloat(e.text, x, 'f', -1, 64)
		return
	}
	e.text = strconv.AppendFloat(e.text, x, 'e', -1, 64)
	// e-09 becomes e-9
	if n := len(e.text); e.text[n-4] == 'e' && e.text[n-2] == '0' {
		e.text[n-2] = e.text[n-1]
		e.text = e.text[:n-1]
	}
}

// time appends a time as RFC 3339 writes it, with what there is of a second.
func (e *encoder) time(before string, t time.Time) {
	if y := t.Year(); y < 0 || y > 9999 || t.Location() != time.UTC {
		e.other(before, t)
		return
	}
	e.raw(before)
	e.text = append(e.text, '"')
	e.text = t.AppendFormat(e.text, time.RFC3339Nano)
	e.text = append(e.text, '"')
}

// string appends a text. One that has a character to escape, among them those
// that mean something in HTML, is left to json.Marshal.
func (e *encoder) string(before, text string) {
	if !plain(text) {
		e.other(before, text)
		return
	}
	e.raw(before)
	e.text = append(e.text, '"')
	e.text = append(e.text, text...)
	e.text = append(e.text, '"')
}

// escaped are the ASCII characters that json.Marshal escapes.
var escaped = func() (set [utf8.RuneSelf]bool) {
	for c := range ' ' {
		set[c] = true
	}
	for _, c := range `"\<>&` {
		set[c] = true
	}
	return set
}()

// plain reports whether json.Marshal writes a text as it stands.
func plain(text string) bool {
	for i := 0; i < len(text); {
		if c := text[i]; c < utf8.RuneSelf {
			if escaped[c] {
				return false
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		if r == utf8.RuneError && size == 1 || r == '\u2028' || r == '\u2029' {
			return false
		}
		i += size
	}
	return true
}
