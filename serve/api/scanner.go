package api

import (
	"math"
	"strconv"
)

// scanner reads JSON that is written plainly: texts without escapes, nothing but what
// RFC 8259 allows. Every method returns false where the text goes on differently; where
// it stands is then of no use.
type scanner struct {
	text []byte
	at   int // of the next byte
}

// next passes over blanks and returns the byte after them, 0 at the end.
func (s *scanner) next() byte {
	for s.at < len(s.text) {
		switch c := s.text[s.at]; c {
		case ' ', '\t', '\n', '\r':
			s.at++
		default:
			return c
		}
	}
	return 0
}

// take passes over one byte, and the blanks before it.
func (s *scanner) take(c byte) bool {
	if s.next() != c {
		return false
	}
	s.at++
	return true
}

// more reads what follows an entry: true for a comma, false with end for the end of
// the object or list, and neither for anything else.
func (s *scanner) more(closing byte) (comma, end bool) {
	c := s.next()
	s.at++
	return c == ',', c == closing
}

// quoted reads a text with its quotes.
func (s *scanner) quoted() (raw []byte, ok bool) {
	if s.next() != '"' {
		return nil, false
	}
	start := s.at
	for i := start + 1; i < len(s.text); i++ {
		switch c := s.text[i]; {
		case c == '"':
			s.at = i + 1
			return s.text[start:s.at], true
		case c < ' ' || c == '\\':
			return nil, false
		}
	}
	return nil, false
}

// word reads true, false or null.
func (s *scanner) word() (raw []byte, ok bool) {
	for _, word := range [...]string{"true", "false", "null"} {
		if rest := s.text[s.at:]; len(rest) >= len(word) && string(rest[:len(word)]) == word {
			s.at += len(word)
			return rest[:len(word)], true
		}
	}
	return nil, false
}

// exactTens are the powers of ten that a float64 holds exactly.
var exactTens = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
	1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22}

// number reads a number: its text and the float64 next to it. A whole number below 2^53
// divided by an exact power of ten is rounded once, and so correctly (Clinger, How to
// read floating point numbers accurately, 1990); all else is left to strconv.
func (s *scanner) number() (raw []byte, x float64, ok bool) {
	start, i, text := s.at, s.at, s.text
	negative := i < len(text) && text[i] == '-'
	if negative {
		i++
	}
	first, mantissa := i, uint64(0)
	for ; i < len(text) && isDigit(text[i]); i++ {
		mantissa = 10*mantissa + uint64(text[i]-'0')
	}
	digits, fraction := i-first, 0
	if digits == 0 || digits > 1 && text[first] == '0' {
		return nil, 0, false
	}
	if i < len(text) && text[i] == '.' {
		i++
		for first = i; i < len(text) && isDigit(text[i]); i++ {
			mantissa = 10*mantissa + uint64(text[i]-'0')
		}
		if fraction = i - first; fraction == 0 {
			return nil, 0, false
		}
	}
	whole := i == len(text) || text[i] != 'e' && text[i] != 'E'
	if !whole {
		if i = exponent(text, i+1); i < 0 {
			return nil, 0, false
		}
	}
	raw, s.at = text[start:i], i
	if whole && digits+fraction <= 19 && mantissa < 1<<53 {
		if x = float64(mantissa) / exactTens[fraction]; negative {
			x = -x
		}
		return raw, x, true
	}
	x, err := strconv.ParseFloat(string(raw), 64)
	return raw, x, err == nil && !math.IsInf(x, 0)
}

// exponent returns where the exponent that begins at i ends; −1: it is none.
func exponent(text []byte, i int) int {
	if i < len(text) && (text[i] == '+' || text[i] == '-') {
		i++
	}
	first := i
	for i < len(text) && isDigit(text[i]) {
		i++
	}
	if i == first {
		return -1
	}
	return i
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
