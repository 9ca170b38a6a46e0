package api

import (
	"fmt"
	"slices"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/etappe/etappe/serve/history"
)

// Most bytes of an override's texts, and how far ahead it may end: an override
// that nobody looks at again is how a portfolio goes wrong unseen.
const (
	maxReasonText = 2000
	maxOwnerText  = 256
	maxOverride   = 366 // days
)

// overrideMembers are the members of the body, in the order of their faults.
var overrideMembers = []string{"band", "reason", "owner", "expires"}

// overrideDecoder reads the body of POST /v1/accounts/{id}/overrides.
type overrideDecoder struct {
	bodyReader
	given nameSet
	texts [4]string // by overrideMembers
	kinds [4]jsontext.Kind
	other []string // unknown names
}

// decodeOverride reads the body. ErrSyntax or ErrRequest, as decodePredict.
func decodeOverride(body []byte, now time.Time) (history.Override, error) {
	d := &overrideDecoder{bodyReader: newBodyReader(body), given: nameSet{given: make([]int, len(overrideMembers))}}
	var o history.Override
	err := d.readBody(func() error {
		if err := d.body(); err != nil {
			return err
		}
		o = d.override(now)
		return nil
	})
	return o, err
}

// body reads the members.
func (d *overrideDecoder) body() error {
	ok, _, err := d.open('{')
	if err != nil {
		return err
	}
	if !ok {
		return stop(faultAt("", -1, "the body is an object with band, reason, owner and expires"))
	}
	for n := 1; d.tokens.PeekKind() != '}'; n++ {
		name, err := d.name(n, maxMembers)
		if err == nil {
			err = d.member(name)
		}
		if err != nil {
			return err
		}
	}
	return d.close()
}

// member reads the value of one member.
func (d *overrideDecoder) member(name []byte) error {
	m := slices.Index(overrideMembers, string(name))
	if m >= 0 && d.given.known(m, 1) || m < 0 && d.given.other(name) {
		return d.twice(name)
	}
	if m < 0 {
		d.other = append(d.other, string(name))
		return d.tokens.SkipValue()
	}
	raw, kind, err := d.scalar()
	if d.kinds[m] = kind; err == nil && kind == '"' {
		d.texts[m] = string(unquote(raw))
	}
	return err
}

// override checks what was read.
func (d *overrideDecoder) override(now time.Time) (o history.Override) {
	o.Band = d.textMember(0, maxName)
	o.Reason = d.textMember(1, maxReasonText)
	o.Owner = d.textMember(2, maxOwnerText)
	o.Expires = d.end(now)
	if o.Band != "" && !slices.Contains([]string{"healthy", "at_risk", "sick"}, o.Band) {
		d.addAt("/band", fmt.Sprintf("band is healthy, at_risk or sick, not %q", clip(o.Band)))
	}
	slices.Sort(d.other)
	for _, name := range d.other {
		d.addAt(jsontext.Pointer("").AppendToken(name), fmt.Sprintf("unknown member %q; there are band, reason, owner and expires", clip(name)))
	}
	return o
}

// textMember is a member that must be a text of 1 to most bytes.
func (d *overrideDecoder) textMember(m, most int) string {
	name, text := overrideMembers[m], d.texts[m]
	switch at := jsontext.Pointer("/" + name); {
	case d.given.given[m] == 0:
		d.addAt(at, name+" is missing")
	case d.kinds[m] != '"':
		d.addAt(at, name+" is a text")
	case text == "" || len(text) > most:
		d.addAt(at, fmt.Sprintf("%s has 1 to %d bytes", name, most))
	}
	return text
}

// end is when the override ends.
func (d *overrideDecoder) end(now time.Time) time.Time {
	text := d.textMember(3, maxName)
	if text == "" {
		return time.Time{}
	}
	date, ok := parseDate([]byte(text))
	if !ok || !date.After(now) || date.After(now.AddDate(0, 0, maxOverride)) {
		d.addAt("/expires", fmt.Sprintf("expires is a date like 2026-03-31 within the next %d days, not %q", maxOverride, clip(text)))
	}
	return date
}
