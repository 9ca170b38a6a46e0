package api

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
)

// parameters are a request's query parameters, each given at most once.
type parameters map[string]string

// parametersOf reads the query and refuses a parameter that is not among the
// known ones or is given twice.
func parametersOf(u *url.URL, known ...string) (parameters, error) {
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrQuery, err)
	}
	return parametersIn(query, known)
}

// parametersIn is parametersOf of a query that was read.
func parametersIn(query url.Values, known []string) (parameters, error) {
	p := parameters{}
	for name, values := range query {
		if !slices.Contains(known, name) {
			return nil, fmt.Errorf("%w: unknown parameter %q; there is %s", ErrQuery, clip(name), cmp.Or(orList(known), "none"))
		}
		if len(values) > 1 {
			return nil, fmt.Errorf("%w: %s is given twice", ErrQuery, name)
		}
		p[name] = values[0]
	}
	return p, nil
}

// date reads a parameter that is a date; the zero time where it is not given.
func (p parameters) date(name string) (time.Time, error) {
	text, given := p[name]
	if !given {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return t, fmt.Errorf("%w: %s is a date like 2026-03-31, not %q", ErrQuery, name, clip(text))
	}
	return t, nil
}

// oneOf reads a parameter that has few values; the first where it is not given.
func (p parameters) oneOf(name string, values ...string) (string, error) {
	text, given := p[name]
	if !given {
		return values[0], nil
	}
	if !slices.Contains(values, text) {
		return "", fmt.Errorf("%w: %s is %s, not %q", ErrQuery, name, orList(values), clip(text))
	}
	return text, nil
}

// orList writes a list of words: a, b or c.
func orList(words []string) string {
	words = slices.DeleteFunc(slices.Clone(words), func(w string) bool { return w == "" })
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// pathPart reads a part of the path. What echo hands on is unescaped already,
// but not where the path has an escaped slash or the like in it.
func pathPart(c echo.Context, name string) (string, error) {
	text := c.Param(name)
	if c.Request().URL.RawPath == "" {
		return text, nil
	}
	text, err := url.PathUnescape(text)
	if err != nil {
		return "", fmt.Errorf("%w: the path: %w", ErrQuery, err)
	}
	return text, nil
}
