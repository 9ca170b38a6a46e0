package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/etappe/etappe/serve"
)

// limits of a request's body.
type limits struct {
	accounts int            // most accounts in one request
	today    time.Time      // as-of date of an account that names none; UTC midnight
	language serve.Language // of warnings
	history  bool           // whether a history is kept, to store in and to recall from
}

// asked is what a request for answers asks.
type asked struct {
	in      *serve.Input
	single  bool // one account, not a list
	store   bool // the answers are to be kept
	recalls []recall
}

// recall is an account that came by its id alone: its row is to be filled in
// from the history.
type recall struct {
	row  int
	asOf time.Time // zero: the latest
	at   place
}

// maxFaults is how many faults a problem document lists.
const maxFaults = 20

// maxMembers is how many members an account may have.
const maxMembers = 100

// maxName is how much of a caller's own name or value is repeated to them.
const maxName = 80

// Fault is one thing wrong in a request's body.
type Fault struct {
	Detail  string `json:"detail"`
	Pointer string `json:"pointer"`           // where, as a JSON Pointer (RFC 6901) in URI fragment form
	Account *int   `json:"account,omitempty"` // 0-based index of the account
	Feature string `json:"feature,omitempty"` // the name as it was sent
	Nearest string `json:"nearest,omitempty"` // the known name most like it
}

// RequestError lists what is wrong in a request's body and counts the rest.
type RequestError struct {
	Faults []Fault // the first few
	Total  int     // all faults, those left out included
}

// Error says what is wrong first, and how much more is.
func (e *RequestError) Error() string {
	text := e.Faults[0].Detail
	if e.Total > 1 {
		text += fmt.Sprintf(" (and %d more)", e.Total-1)
	}
	return text
}

// Unwrap makes errors.Is(err, ErrRequest) true.
func (e *RequestError) Unwrap() error { return ErrRequest }

// decodePredict reads the body of a request for answers: one account, or
// {"accounts": […]}. The error matches ErrSyntax if the body is no JSON in
// UTF-8, or holds a number that no float64 can; ErrRequest, with every fault
// found, if it breaks the contract.
func decodePredict(body []byte, n *names, limit limits) (*asked, error) {
	if !utf8.Valid(body) {
		return nil, fmt.Errorf("%w: the body is not valid UTF-8", ErrSyntax)
	}
	if err := checkSyntax(body); err != nil {
		return nil, err
	}
	tokens := json.NewDecoder(bytes.NewReader(body))
	tokens.UseNumber()
	d := &decoder{tokens: tokens, names: n, limit: limit, batch: newBatch(n)}
	if err := d.body(); err != nil {
		return nil, err
	}
	if err := d.verdict(); err != nil {
		return nil, err
	}
	return &asked{in: d.batch.input(), single: !d.many, store: d.store, recalls: d.recalls}, nil
}

// verdict is the error that the faults found so far make; nil without one.
func (d *decoder) verdict() error {
	if d.total == 0 {
		return nil
	}
	return &RequestError{Faults: d.faults, Total: d.total}
}

// checkSyntax holds the whole body against JSON's grammar before any of it is
// read, so that reading it need not care.
func checkSyntax(body []byte) error {
	if json.Valid(body) {
		return nil
	}
	var raw json.RawMessage
	err := json.Unmarshal(body, &raw)
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) {
		return fmt.Errorf("%w: %v", ErrSyntax, err)
	}
	before := body[:min(int(syntax.Offset), len(body))]
	line := 1 + bytes.Count(before, []byte("\n"))
	column := len(before) - (1 + bytes.LastIndexByte(before, '\n'))
	return fmt.Errorf("%w: line %d, column %d: %v", ErrSyntax, line, max(column, 1), syntax)
}

// decoder reads one body that is known to be JSON.
type decoder struct {
	tokens *json.Decoder
	names  *names
	limit  limits
	batch  *batch
	faults []Fault
	total  int
	many   bool // the body is {"accounts": […]}
	store  bool // the body asks for the answers to be kept

	recalls []recall
}

// add notes a fault.
func (d *decoder) add(f Fault) {
	d.total++
	if len(d.faults) < maxFaults {
		d.faults = append(d.faults, f)
	}
}

// stop ends the reading with one fault alone.
func (d *decoder) stop(f Fault) error { return &RequestError{Faults: []Fault{f}, Total: 1} }

// body reads the top level.
func (d *decoder) body() error {
	at := place{account: -1}
	token, err := d.next()
	if err != nil {
		return err
	}
	if token != json.Delim('{') {
		return d.stop(at.fault("the body is an object: one account, or {\"accounts\": [ … ]}"))
	}
	var row *row
	err = d.members(at, maxMembers, func(key string) error {
		switch key {
		case "accounts":
			d.many = true
			return d.accounts()
		case "store":
			return d.keep(at.in(key))
		}
		if row == nil {
			row = d.batch.begin()
		}
		return d.accountMember(row, at, key)
	})
	if err != nil {
		return err
	}
	switch {
	case d.many && row != nil:
		d.add(at.fault(`"accounts" stands alone, but for "store": an account's own members belong into its list`))
	case !d.many:
		if row == nil {
			row = d.batch.begin()
		}
		d.settle(row, at)
	}
	return nil
}

// keep reads whether the answers are to be stored.
func (d *decoder) keep(at place) error {
	token, err := d.next()
	if err != nil {
		return err
	}
	store, ok := token.(bool)
	switch {
	case !ok:
		d.add(at.fault("store is true or false, not " + kindOf(token)))
	case store && !d.limit.history:
		d.add(at.fault("this server keeps no history to store in"))
	}
	d.store = store
	return d.skip(token)
}

// settle ends the reading of an account. One that is nothing but its id, and
// perhaps a date, is left to the history.
func (d *decoder) settle(r *row, at place) {
	if d.limit.history && r.hasID && !r.hasValues && r.milestones == nil {
		d.recalls = append(d.recalls, recall{row: r.index, asOf: r.asOf, at: at})
		return
	}
	d.finish(r, at)
}

// accounts reads the list of accounts.
func (d *decoder) accounts() error {
	token, err := d.next()
	if err != nil {
		return err
	}
	if token != json.Delim('[') {
		return d.stop(place{account: -1}.in("accounts").fault(`"accounts" is a list of accounts`))
	}
	n := 0
	for ; d.tokens.More(); n++ {
		at := place{account: n}.in("accounts").in(strconv.Itoa(n))
		if n == d.limit.accounts {
			return d.stop(place{account: -1}.in("accounts").fault(fmt.Sprintf(
				"more than %d accounts: send them in several requests", d.limit.accounts)))
		}
		if err := d.account(at); err != nil {
			return err
		}
	}
	if n == 0 {
		return d.stop(place{account: -1}.in("accounts").fault(`"accounts" is empty`))
	}
	_, err = d.next()
	return err
}

// account reads one entry of the list.
func (d *decoder) account(at place) error {
	token, err := d.next()
	if err != nil {
		return err
	}
	if token != json.Delim('{') {
		d.add(at.fault("an account is an object, not " + kindOf(token)))
		return d.skip(token)
	}
	row := d.batch.begin()
	err = d.members(at, maxMembers, func(key string) error { return d.accountMember(row, at, key) })
	if err != nil {
		return err
	}
	d.settle(row, at)
	return nil
}

// members reads an object whose opening brace is read, handing every key to
// read, which reads its value. A key that comes twice is a fault; its second
// value is skipped. More than most keys end the reading.
func (d *decoder) members(at place, most int, read func(key string) error) error {
	seen := map[string]bool{}
	for n := 1; d.tokens.More(); n++ {
		token, err := d.next()
		if err != nil {
			return err
		}
		key := token.(string)
		if n > most {
			return d.stop(at.fault(fmt.Sprintf("more than %d members, far more than there are names to know", most)))
		}
		if seen[key] {
			d.add(at.in(key).fault(fmt.Sprintf("%q is given twice", clip(key))))
			if err := d.skipValue(); err != nil {
				return err
			}
			continue
		}
		seen[key] = true
		if err := read(key); err != nil {
			return err
		}
	}
	_, err := d.next()
	return err
}

// next reads a token; it cannot fail on a body that is known to be JSON.
func (d *decoder) next() (json.Token, error) {
	token, err := d.tokens.Token()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSyntax, err)
	}
	return token, nil
}

// skipValue passes over the next value.
func (d *decoder) skipValue() error {
	token, err := d.next()
	if err != nil {
		return err
	}
	return d.skip(token)
}

// skip passes over what is left of the value that begins with token. It does
// not call itself, so that depth costs no stack.
func (d *decoder) skip(token json.Token) error {
	for depth := 0; ; {
		switch token {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth == 0 {
			return nil
		}
		var err error
		if token, err = d.next(); err != nil {
			return err
		}
	}
}

// place is where in the body something stands.
type place struct {
	account int // -1: not in a list
	path    string
}

// in returns the place of a member.
func (p place) in(key string) place {
	key = strings.NewReplacer("~", "~0", "/", "~1").Replace(clip(key))
	return place{p.account, p.path + "/" + url.PathEscape(key)}
}

func (p place) fault(detail string) Fault {
	f := Fault{Detail: detail, Pointer: "#" + p.path}
	if p.account >= 0 {
		f.Account = &p.account
		f.Detail = fmt.Sprintf("account %d: %s", p.account, detail)
	}
	return f
}

// clip shortens a caller's own text.
func clip(text string) string {
	if len(text) <= maxName {
		return text
	}
	cut := maxName
	for !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut] + "…"
}

// kindOf names a token's kind with its article.
func kindOf(token json.Token) string {
	switch token {
	case nil:
		return "null"
	case json.Delim('{'):
		return "an object"
	case json.Delim('['):
		return "a list"
	}
	switch token.(type) {
	case json.Number:
		return "a number"
	case string:
		return "a text"
	}
	return "true or false"
}

// number reads a number that a float64 can hold.
func number(n json.Number) (float64, bool) {
	x, err := strconv.ParseFloat(string(n), 64)
	return x, err == nil && !math.IsInf(x, 0)
}
