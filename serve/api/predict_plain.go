package api

import (
	"bytes"
	"slices"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// plainDecoder reads a body of POST /v1/predict that is written plainly and breaks no
// rule, as nearly all are: in one pass, without tokens. It returns what predictDecoder
// returns of the same body (see TestPlainIsDecoded); of any other body it reports
// nothing but that it is another.
type plainDecoder struct {
	scanner
	*predictDecoder
	order []int32 // numbers of the features in the order of the account before; not written to
	read  []int32 // of those of the account being read
}

// decodePlain reads a plain body; nil: it is another, for predictDecoder to read.
func decodePlain(body []byte, n *names, limit limits) *predictRequest {
	if !utf8.Valid(body) {
		return nil
	}
	p := plainDecoder{scanner: scanner{text: body}, predictDecoder: newPredictDecoder(bodyReader{account: -1}, n, limit)}
	p.read = make([]int32, 0, len(n.fields))
	if order := n.order.Load(); order != nil {
		p.order = *order
	}
	if !p.whole() || p.next() != 0 || p.at < len(body) {
		p.release()
		return nil
	}
	return p.request()
}

// whole reads the body.
func (p *plainDecoder) whole() bool {
	if !p.take('{') {
		return false
	}
	if first := p.at; p.name(`"accounts"`) {
		p.many = true
		return p.list() && p.take('}')
	} else {
		p.at = first
	}
	return p.one()
}

// name reads a member's name, in quotes, and its colon.
func (p *plainDecoder) name(quoted string) bool {
	p.next()
	if !bytes.HasPrefix(p.text[p.at:], []byte(quoted)) {
		return false
	}
	p.at += len(quoted)
	return p.take(':')
}

// list reads the accounts.
func (p *plainDecoder) list() bool {
	if !p.take('[') {
		return false
	}
	begun := p.at
	for n := range p.limit.accounts {
		if !p.take('{') || !p.one() {
			return false
		}
		if n == 0 { // the others are about as long as the first
			p.batch.grow(1 + min(p.limit.accounts, (len(p.text)-begun)/(p.at-begun)))
		}
		if comma, end := p.more(']'); !comma {
			return end
		}
	}
	return false
}

// one reads the members of an account whose brace is read. One without an id or without
// features is not plain.
func (p *plainDecoder) one() bool {
	p.begin()
	r := &p.row
	for {
		raw, ok := p.quoted()
		if !ok || !p.take(':') {
			return false
		}
		switch name := raw[1 : len(raw)-1]; string(name) {
		case "account_id":
			ok = !r.hasID && p.id()
			r.hasID = true
		case "as_of":
			ok = r.asOf.IsZero() && p.asOf()
		case "features":
			ok = !r.hasFeatures && p.values()
			r.hasFeatures = true
		case "milestones":
			ok = !r.hasMilestones && p.milestoneDates()
			r.hasMilestones = true
		default:
			ok = false
		}
		if !ok {
			return false
		}
		if comma, end := p.more('}'); !comma {
			if !end || !r.hasID || !r.hasFeatures {
				return false
			}
			p.finish()
			return true
		}
	}
}

func (p *plainDecoder) id() bool {
	raw, ok := p.quoted()
	if !ok || len(raw) < 3 || len(raw) > 258 {
		return false
	}
	p.batch.ids[p.row.index] = string(raw[1 : len(raw)-1])
	return true
}

func (p *plainDecoder) asOf() (ok bool) {
	raw, ok := p.quoted()
	if !ok {
		return false
	}
	p.row.asOf, ok = parseDate(raw[1 : len(raw)-1])
	return ok && p.row.asOf.Year() >= 1900
}

// values reads the object of the features.
func (p *plainDecoder) values() bool {
	if !p.take('{') {
		return false
	}
	p.features.begin()
	if p.next() == '}' {
		p.at++
		return true
	}
	p.read = p.read[:0]
	for {
		j := p.feature()
		if j < 0 || p.features.known(j, p.row.index+1) || !p.take(':') || !p.value(j) {
			return false
		}
		p.read = append(p.read, int32(j))
		if comma, end := p.more('}'); !comma {
			p.remember()
			return end
		}
	}
}

// feature reads the next name of a feature and returns its number, −1 for none. Clients
// give the names of every account in one order.
func (p *plainDecoder) feature() int {
	p.next()
	if n := len(p.read); n < len(p.order) {
		if j := p.order[n]; bytes.HasPrefix(p.text[p.at:], p.names.quoted[j]) {
			p.at += len(p.names.quoted[j])
			return int(j)
		}
	}
	raw, ok := p.quoted()
	if !ok {
		return -1
	}
	j, ok := p.names.index[string(raw[1:len(raw)-1])]
	if !ok {
		return -1
	}
	return j
}

// remember keeps the order of the features just read for later accounts and requests.
func (p *plainDecoder) remember() {
	if !slices.Equal(p.order, p.read) {
		p.order = slices.Clone(p.read)
		order := p.order
		p.names.order.Store(&order)
	}
}

// value reads the value of feature j.
func (p *plainDecoder) value(j int) bool {
	var raw []byte
	ok, x, kind := false, 0.0, jsontext.Kind('0')
	switch c := p.next(); {
	case c == '-' || isDigit(c):
		if raw, x, ok = p.number(); ok && p.names.numeric[j] {
			p.batch.columns[j][p.row.index] = x
			return x >= p.names.low[j] && x <= p.names.high[j]
		}
	case c == '"':
		raw, ok = p.quoted()
		kind = '"'
	default:
		raw, ok = p.word()
		kind = jsontext.Kind(c)
	}
	if !ok {
		return false
	}
	x, wrong, err := featureValue(&p.names.catalog.Definitions[j], raw, kind)
	p.batch.columns[j][p.row.index] = x
	return err == nil && wrong == ""
}

// milestoneDates reads the object of the milestones: one date each, or null.
func (p *plainDecoder) milestoneDates() bool {
	if !p.take('{') {
		return false
	}
	p.milestones.begin()
	if p.next() == '}' {
		p.at++
		return true
	}
	for {
		raw, ok := p.quoted()
		if !ok || !p.take(':') {
			return false
		}
		m, known := p.names.milestone[string(raw[1:len(raw)-1])]
		if !known || p.milestones.known(m, p.row.index+1) || !p.reachedOn(m) {
			return false
		}
		if comma, end := p.more('}'); !comma {
			return end
		}
	}
}

// reachedOn reads the date of milestone m.
func (p *plainDecoder) reachedOn(m int) bool {
	if p.next() == 'n' {
		_, ok := p.word()
		return ok
	}
	raw, ok := p.quoted()
	if !ok {
		return false
	}
	date, ok := parseDate(raw[1 : len(raw)-1])
	if m < len(p.reached) {
		p.reached[m] = date
	}
	return ok && date.Year() >= 1900
}
