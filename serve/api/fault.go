package api

import (
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// maxFaults is how many faults a problem document lists.
const maxFaults = 20

// maxName is how much of a caller's own name or value is repeated to them, in bytes.
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

// Error names the first fault and counts the others.
func (e *RequestError) Error() string {
	text := e.Faults[0].Detail
	if e.Total > 1 {
		text += fmt.Sprintf(" (and %d more)", e.Total-1)
	}
	return text
}

// Unwrap makes errors.Is(err, ErrRequest) true.
func (e *RequestError) Unwrap() error { return ErrRequest }

// faults collect what is wrong in a body; the zero value holds none.
type faults struct {
	list  []Fault // the first maxFaults
	total int
}

// full reports whether a further fault is counted only.
func (f *faults) full() bool { return len(f.list) == maxFaults }

func (f *faults) add(one Fault) {
	f.total++
	if !f.full() {
		f.list = append(f.list, one)
	}
}

// err returns the faults as a *RequestError, nil if there are none.
func (f *faults) err() error {
	if f.total == 0 {
		return nil
	}
	return &RequestError{Faults: f.list, Total: f.total}
}

// faultAt makes a fault at a place of the body; account is the index in the list
// of accounts, -1 outside of it.
func faultAt(pointer jsontext.Pointer, account int, detail string) Fault {
	f := Fault{Detail: detail, Pointer: fragment(pointer)}
	if account >= 0 {
		f.Account = &account
		f.Detail = fmt.Sprintf("account %d: %s", account, detail)
	}
	return f
}

// escapePointer escapes a name as a part of a JSON Pointer.
var escapePointer = strings.NewReplacer("~", "~0", "/", "~1")

// fragment is a pointer in the form of a URI fragment; long names are cut.
func fragment(p jsontext.Pointer) string {
	text := "#"
	for name := range p.Tokens() {
		text += "/" + url.PathEscape(escapePointer.Replace(clip(name)))
	}
	return text
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

// kindName names the kind of a value with its article.
func kindName(k jsontext.Kind) string {
	switch k {
	case 'n':
		return "null"
	case '{':
		return "an object"
	case '[':
		return "a list"
	case '0':
		return "a number"
	case '"':
		return "a text"
	}
	return "true or false"
}
