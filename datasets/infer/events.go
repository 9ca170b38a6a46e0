package infer

import (
	"fmt"
	"slices"
	"strings"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/datasets/internal/names"
)

// mapEvents maps every file of events, unless all carry the table's own names.
func (g *guess) mapEvents(files []*fileProfile) {
	if len(files) == 0 {
		g.note("events", "no file has rows with an account and a date: name one here")
		return
	}
	if !slices.ContainsFunc(files, func(f *fileProfile) bool { return !f.isOwn("events", "account_id", "type", "at") }) {
		g.own = append(g.own, "events")
		return
	}
	for i, f := range files {
		g.sources.Events = append(g.sources.Events, g.mapEventFile(fmt.Sprintf("events[%d]", i), f))
	}
}

func (g *guess) mapEventFile(path string, f *fileProfile) datasets.EventSource {
	account := g.accountOf(f)
	s := datasets.EventSource{File: f.source(), AccountID: *account}
	taken := []string{account.Column}
	at := g.pick(path+".at", f, atWords, &taken, func(c *columnProfile) bool { return c.date && !names.Like(c.name, ingestedWords) })
	for i := range f.columns {
		if at == nil && f.columns[i].date && !slices.Contains(taken, f.columns[i].name) {
			at = g.columnOf(path+".at", &f.columns[i])
			taken = append(taken, at.Column)
			g.note(path+".at", "guess: the first column of dates")
		}
	}
	if at != nil {
		s.At = *at
	}
	s.IngestedAt = g.pick(path+".ingested_at", f, ingestedWords, &taken, isDate)
	s.User = g.pick(path+".user_id", f, names.Users, &taken, filled)
	s.Type = g.eventType(path+".type", f, &taken)
	s.Count = g.pick(path+".count", f, countWords, &taken, func(c *columnProfile) bool { return c.known > 0 && c.wholes == c.known })
	s.Value = g.pick(path+".value", f, valueWords, &taken, (*columnProfile).numeric)
	if s.Type == nil {
		g.typeless(path, f, &s, &taken)
	}
	g.noteLeft(path, f, taken)
	return s
}

// eventType finds the column that names the type, and the look-up that turns
// its codes into names.
func (g *guess) eventType(path string, f *fileProfile, taken *[]string) *datasets.Column {
	c := g.pick(path, f, typeWords, taken, func(c *columnProfile) bool {
		return !c.date && c.few() && (c.text() || names.Like(c.name, codeWords) || g.lookupFor(f, c) != nil)
	})
	if c == nil {
		return nil
	}
	if c.Lookup = g.lookupFor(f, f.column(c.Column)); c.Lookup == nil && !f.column(c.Column).text() {
		g.note(path, "the types are codes: a look-up file could name them")
	}
	return c
}

// lookupFor finds a file in which a column of that name is a key, beside a
// column of names that holds every code seen.
func (g *guess) lookupFor(f *fileProfile, c *columnProfile) *datasets.Lookup {
	for i := range g.files {
		other := &g.files[i]
		key := other.column(c.name)
		if other == f || key == nil || !key.unique() || other.account() != nil {
			continue
		}
		holds := true
		for value := range c.distinct {
			if key.distinct[value] == 0 && other.rows < sampleRows {
				holds = false
			}
		}
		name, _ := other.choose([]string{"*name*", "*label*", "*title*", "*type*", "*"}, []string{key.name}, (*columnProfile).text)
		if holds && name != nil {
			return &datasets.Lookup{File: other.source(), Key: key.name, Value: name.name}
		}
	}
	return nil
}

// typeless maps a file without a type column: its name is the type, or each of
// its columns of numbers is one.
func (g *guess) typeless(path string, f *fileProfile, s *datasets.EventSource, taken *[]string) {
	var measures []*columnProfile
	for i := range f.columns {
		c := &f.columns[i]
		if c.numeric() && !c.date && !slices.Contains(*taken, c.name) && !names.Like(c.name, codeWords) {
			measures = append(measures, c)
		}
	}
	if len(measures) == 0 || s.Value != nil {
		s.Type = &datasets.Column{Constant: f.stem()}
		g.note(path+".type", "guess: the file's name, because no column names a type")
		return
	}
	if s.Count != nil {
		measures = append([]*columnProfile{f.column(s.Count.Column)}, measures...)
		s.Count = nil
	}
	for _, c := range measures {
		emit := datasets.Emit{Type: datasets.Column{Constant: c.name}}
		if c.wholes == c.known && !names.Like(c.name, measureWords) {
			emit.Count = &datasets.Column{Column: c.name}
		} else {
			emit.Value = &datasets.Column{Column: c.name}
		}
		s.Emit = append(s.Emit, emit)
		*taken = append(*taken, c.name)
	}
	g.note(path+".emit", "guess: each column of numbers is an event type; whole numbers are counts, others and what is measured (hours, amounts, scores) values")
}

// noteLeft names the columns that no field reads.
func (g *guess) noteLeft(path string, f *fileProfile, taken []string) {
	var left []string
	for i := range f.columns {
		if name := f.columns[i].name; name != "" && !slices.Contains(taken, name) {
			left = append(left, name)
		}
	}
	if len(left) > 0 {
		g.note(path, "columns of %s that are not used: %s", f.path, strings.Join(left, ", "))
	}
}
