package api

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// bodyReader reads the JSON of a request's body in one pass and collects the
// faults that it finds. Texts that it returns are valid until the next read.
type bodyReader struct {
	tokens  *jsontext.Decoder
	text    []byte
	account int // index in the list of accounts; -1: outside of it
	faults  faults
}

func newBodyReader(body []byte) bodyReader {
	// Duplicate names are faults of the request, listed with the others; texts
	// are checked as a whole beforehand.
	tokens := decoders.Get().(*jsontext.Decoder)
	tokens.Reset(bytes.NewBuffer(body), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	return bodyReader{tokens: tokens, text: body, account: -1}
}

// decoders serve one body after the other.
var decoders = sync.Pool{New: func() any { return new(jsontext.Decoder) }}

// readBody checks that a body is UTF-8, has it read, and checks what is left of
// it: a fault does not hide that the body is no JSON. The error matches ErrSyntax
// or ErrRequest.
func (b *bodyReader) readBody(read func() error) error {
	defer func() {
		b.tokens.Reset(strings.NewReader("")) // refers to the body no more
		decoders.Put(b.tokens)
		b.tokens = nil
	}()
	if !utf8.Valid(b.text) {
		return fmt.Errorf("%w: the body is not valid UTF-8", ErrSyntax)
	}
	found := read()
	var syntax *jsontext.SyntacticError
	if errors.As(found, &syntax) || errors.Is(found, io.EOF) || errors.Is(found, io.ErrUnexpectedEOF) {
		return b.syntaxError(found)
	}
	if err := b.rest(); err != nil {
		return b.syntaxError(err)
	}
	if found != nil {
		return found
	}
	return b.faults.err()
}

// rest reads to the end of the body.
func (b *bodyReader) rest() error {
	for b.tokens.StackDepth() > 0 {
		if _, err := b.tokens.ReadToken(); err != nil {
			return err
		}
	}
	end := int(b.tokens.InputOffset())
	left := bytes.TrimLeft(b.text[end:], " \t\r\n")
	if len(left) == 0 {
		return nil
	}
	next, _ := utf8.DecodeRune(left)
	return &jsontext.SyntacticError{ByteOffset: int64(len(b.text) - len(left)), Err: fmt.Errorf("invalid character %q after top-level value", next)}
}

// syntaxError puts a reader's error into the words of a problem, with the line
// and the column, in bytes, both from 1.
func (b *bodyReader) syntaxError(err error) error {
	offset := int(b.tokens.InputOffset())
	var syntax *jsontext.SyntacticError
	if errors.As(err, &syntax) {
		offset, err = int(syntax.ByteOffset), syntax.Err
	}
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		offset, err = len(b.text), errors.New("unexpected end of JSON")
	}
	before := b.text[:min(offset, len(b.text))]
	line := 1 + bytes.Count(before, []byte("\n"))
	column := len(before) - bytes.LastIndexByte(before, '\n')
	return fmt.Errorf("%w: line %d, column %d: %v", ErrSyntax, line, column, err)
}

// add notes a fault at the value or name read last.
func (b *bodyReader) add(detail string) { b.addAt(b.tokens.StackPointer(), detail) }

func (b *bodyReader) addAt(p jsontext.Pointer, detail string) {
	if b.faults.full() {
		b.faults.total++
		return
	}
	b.faults.add(faultAt(p, b.account, detail))
}

// stop is the one fault that ends the reading.
func stop(f Fault) error { return &RequestError{Faults: []Fault{f}, Total: 1} }

// name reads the next member's name of an object, the n-th from 1; more than
// most end the reading. The name is unescaped.
func (b *bodyReader) name(n, most int) ([]byte, error) {
	raw, err := b.tokens.ReadValue()
	if err != nil {
		return nil, err
	}
	if n > most {
		return nil, stop(faultAt(b.tokens.StackPointer().Parent(), b.account,
			fmt.Sprintf("more than %d members, far more than there are names to know", most)))
	}
	return unquote(raw), nil
}

// twice notes that a member is given twice and passes over its second value.
func (b *bodyReader) twice(name []byte) error {
	b.add(fmt.Sprintf("%q is given twice", clip(string(name))))
	return b.tokens.SkipValue()
}

// scalar reads the next value; one that is an object or a list is passed over and
// returned without text.
func (b *bodyReader) scalar() (raw []byte, kind jsontext.Kind, err error) {
	kind = b.tokens.PeekKind()
	if kind == '{' || kind == '[' {
		return nil, kind, b.tokens.SkipValue()
	}
	raw, err = b.tokens.ReadValue()
	return raw, kind, err
}

// open reads the brace of an object or the bracket of a list, whichever kind is.
// false: the next value is of another kind, and passed over.
func (b *bodyReader) open(kind jsontext.Kind) (ok bool, other jsontext.Kind, err error) {
	if other = b.tokens.PeekKind(); other != kind {
		return false, other, b.tokens.SkipValue()
	}
	_, err = b.tokens.ReadToken()
	return true, kind, err
}

// close reads the end of an object or list.
func (b *bodyReader) close() error {
	_, err := b.tokens.ReadToken()
	return err
}

// unquote returns what a JSON text stands for, without a copy where nothing is
// escaped in it.
func unquote(raw []byte) []byte {
	if bytes.IndexByte(raw, '\\') < 0 {
		return raw[1 : len(raw)-1]
	}
	// The error is about lone surrogates, which are replaced.
	text, _ := jsontext.AppendUnquote(nil, raw)
	return text
}
