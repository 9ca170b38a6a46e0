package columnar

import (
	"errors"
	"fmt"
	"strings"
)

// ErrContract is matched by every error about data that break their contract.
var ErrContract = errors.New("the data break their contract")

// ErrConfig is matched by every error in etappe.yaml or in flags that map data.
var ErrConfig = errors.New("configuration")

// Problem is one broken rule at one place.
type Problem struct {
	File   string `json:"file"`
	Row    int64  `json:"row,omitempty"`    // 1-based row of data, the header not counted; 0: the file as a whole
	Column string `json:"column,omitempty"` // the file's own column name
	Rule   string `json:"rule"`             // the rule that the value breaks, in words
	Value  string `json:"value,omitempty"`  // the offending value, at most 80 characters
}

// String describes where and what, in one line.
func (p Problem) String() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Row > 0 {
		fmt.Fprintf(&b, ", row %d", p.Row)
	}
	if p.Column != "" {
		fmt.Fprintf(&b, ", column %q", p.Column)
	}
	b.WriteString(": " + p.Rule)
	if p.Value != "" {
		fmt.Fprintf(&b, " (found %q)", p.Value)
	}
	return b.String()
}

// ContractError lists the first problems found and counts the rest.
type ContractError struct {
	Problems []Problem
	Total    int // all problems, those left out included
}

// Error lists the problems, one a line, and the count of those left out.
func (e *ContractError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%v: %d problem(s)", ErrContract, e.Total)
	for _, p := range e.Problems {
		b.WriteString("\n  " + p.String())
	}
	if rest := e.Total - len(e.Problems); rest > 0 {
		fmt.Fprintf(&b, "\n  and %d more", rest)
	}
	return b.String()
}

// Unwrap makes errors.Is(err, ErrContract) true.
func (e *ContractError) Unwrap() error { return ErrContract }

// Problems collects up to limit problems and counts the rest.
type Problems struct {
	Limit int
	list  []Problem
	Total int
}

// Add adds a problem; beyond the limit it is only counted.
func (p *Problems) Add(one Problem) {
	p.Total++
	if len(p.list) < p.Limit {
		if len(one.Value) > 80 {
			one.Value = strings.ToValidUTF8(one.Value[:80], "") + "…"
		}
		p.list = append(p.list, one)
	}
}

// Listed returns the problems up to the limit.
func (p *Problems) Listed() []Problem { return p.list }

// First returns the first problem added, the zero Problem when there is none.
func (p *Problems) First() Problem {
	if len(p.list) == 0 {
		return Problem{}
	}
	return p.list[0]
}

// Err returns nil when nothing was found.
func (p *Problems) Err() error {
	if p.Total == 0 {
		return nil
	}
	return &ContractError{Problems: p.list, Total: p.Total}
}
