package api

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/etappe/etappe/serve/history"
)

// Most bytes of an override's texts, and how far ahead it may end: an override
// that nobody looks at again is how a portfolio goes wrong unseen.
const (
	maxReasonText = 2000
	maxOwnerText  = 256
	maxOverride   = 366 // days
)

// overrideBody is the body of POST /v1/accounts/{id}/overrides while it is read.
type overrideBody struct {
	decoder
	at      place
	members map[string]json.RawMessage // not read yet
}

// decodeOverride reads the body. ErrSyntax or ErrRequest, as decodePredict.
func decodeOverride(body []byte, now time.Time) (history.Override, error) {
	var o history.Override
	if !utf8.Valid(body) {
		return o, fmt.Errorf("%w: the body is not valid UTF-8", ErrSyntax)
	}
	if err := checkSyntax(body); err != nil {
		return o, err
	}
	b := &overrideBody{at: place{account: -1}}
	if err := json.Unmarshal(body, &b.members); err != nil || b.members == nil {
		return o, b.stop(b.at.fault("the body is an object with band, reason, owner and expires"))
	}
	o.Band = b.text("band", maxName)
	o.Reason = b.text("reason", maxReasonText)
	o.Owner = b.text("owner", maxOwnerText)
	o.Expires = b.end(now)
	if o.Band != "" && !slices.Contains([]string{"healthy", "at_risk", "sick"}, o.Band) {
		b.add(b.at.in("band").fault(fmt.Sprintf("band is healthy, at_risk or sick, not %q", clip(o.Band))))
	}
	for _, name := range slices.Sorted(maps.Keys(b.members)) {
		b.add(b.at.in(name).fault(fmt.Sprintf("unknown member %q; there are band, reason, owner and expires", clip(name))))
	}
	return o, b.verdict()
}

// text reads a member that is a text of 1 to most bytes.
func (b *overrideBody) text(name string, most int) string {
	raw, given := b.members[name]
	delete(b.members, name)
	if !given {
		b.add(b.at.in(name).fault(name + " is missing"))
		return ""
	}
	var value *string
	switch err := json.Unmarshal(raw, &value); {
	case err != nil || value == nil:
		b.add(b.at.in(name).fault(name + " is a text"))
		return ""
	case *value == "" || len(*value) > most:
		b.add(b.at.in(name).fault(fmt.Sprintf("%s has 1 to %d bytes", name, most)))
	}
	return *value
}

// end reads when the override ends.
func (b *overrideBody) end(now time.Time) time.Time {
	text := b.text("expires", maxName)
	if text == "" {
		return time.Time{}
	}
	date, err := time.Parse(time.DateOnly, text)
	if err != nil || !date.After(now) || date.After(now.AddDate(0, 0, maxOverride)) {
		b.add(b.at.in("expires").fault(fmt.Sprintf("expires is a date like 2026-03-31 within the next %d days, not %q", maxOverride, clip(text))))
	}
	return date
}
