package infer

import (
	"slices"
	"strings"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/datasets/internal/names"
)

// pick chooses the column for a field and notes what else it could be. The
// chosen column is added to taken. nil: no column is named like the field.
func (g *guess) pick(path string, f *fileProfile, words []string, taken *[]string, fits func(*columnProfile) bool) *datasets.Column {
	best, others := f.choose(words, *taken, fits)
	if best == nil {
		return nil
	}
	*taken = append(*taken, best.name)
	if len(others) > 0 {
		g.note(path, "guess: it could also be %s", strings.Join(others, " or "))
	}
	return g.columnOf(path, best)
}

// columnOf maps a column, with its date format where it has one.
func (g *guess) columnOf(path string, c *columnProfile) *datasets.Column {
	if len(c.others) > 0 {
		g.note(path, "guess: the dates fit the format %q, and also %s", c.format, strings.Join(c.others, ", "))
	}
	return &datasets.Column{Column: c.name, Format: c.format}
}

// mapAccounts maps the accounts table. Where no column holds when an account was
// created, its first period or event must do.
func (g *guess) mapAccounts(f, periods *fileProfile, events []*fileProfile) {
	if f == nil {
		g.note("accounts", "no file has one row per account: name it here")
		return
	}
	if f.isOwn("accounts", "account_id", "created_at") && !slices.ContainsFunc(f.columns, func(c columnProfile) bool { return names.Like(c.name, answerWords) }) {
		g.own = append(g.own, "accounts")
		return
	}
	id := f.account()
	taken := []string{id.name}
	source := &datasets.AccountSource{File: f.source(), AccountID: datasets.Column{Column: id.name}}
	created := g.pick("accounts.created_at", f, createdWords, &taken, isDate)
	if created == nil {
		created = g.firstSeen(f, id.name, periods, events)
	}
	if created != nil {
		source.CreatedAt = *created
	}
	source.ParentID = g.pick("accounts.parent_id", f, parentWords, &taken, filled)
	g.mapAttributes(source, f, taken)
	g.sources.Accounts = source
}

// firstSeen derives an account's creation from the earliest of its periods or
// events, which only works for dates whose order is that of their text.
func (g *guess) firstSeen(accounts *fileProfile, id string, periods *fileProfile, events []*fileProfile) *datasets.Column {
	sortable := []string{"", "%Y/%m/%d", "%Y%m%d", "unix", "unix_ms"}
	for _, f := range append([]*fileProfile{periods}, events...) {
		if f == nil || f.account() == nil {
			continue
		}
		first, _ := f.period()
		if f != periods || first == nil {
			first, _ = f.choose(atWords, nil, isDate)
		}
		if first == nil || !slices.Contains(sortable, first.format) || !f.holds(f.account(), accounts.column(id)) {
			continue
		}
		g.note("accounts.created_at", "guess: no column holds when an account was created; its first %s in %s must do", first.name, f.path)
		return &datasets.Column{Column: id, Format: first.format,
			Lookup: &datasets.Lookup{File: f.source(), Key: f.account().name, Value: first.name, Take: "min"}}
	}
	g.note("accounts.created_at", "no column holds when an account was created, and no file has a first date for every account: name one")
	return nil
}

// holds reports whether a key column of f has every value of a column of
// another file, as far as the rows that were looked at show it.
func (f *fileProfile) holds(key, values *columnProfile) bool {
	if f.rows >= sampleRows {
		return true // what is further down is not known
	}
	for value := range values.distinct {
		if key.distinct[value] == 0 {
			return false
		}
	}
	return true
}

// mapAttributes takes the columns in which accounts differ: no dates, no names
// that every account has of its own, nothing empty.
func (g *guess) mapAttributes(source *datasets.AccountSource, f *fileProfile, taken []string) {
	chosen := map[string]datasets.Column{}
	var left []string
	for i := range f.columns {
		c := &f.columns[i]
		if slices.Contains(taken, c.name) || c.name == "" {
			continue
		}
		why := ""
		switch {
		case c.known == 0:
			why = "empty"
		case c.date:
			why = "a date"
		case names.Like(c.name, answerWords):
			why = "named like an outcome: it may be known only after the decision, and a model would learn the answer from it"
		case !c.numeric() && (len(c.distinct) > 200 || (c.unique() && c.known > 20)):
			why = "a name of its own for nearly every account"
		}
		if why != "" {
			left = append(left, c.name+" ("+why+")")
			continue
		}
		chosen[c.name] = datasets.Column{Column: c.name}
		if c.numeric() && names.Like(c.name, codeWords) {
			source.Categorical = append(source.Categorical, c.name)
		}
	}
	if len(source.Categorical) > 0 {
		g.note("accounts.categorical", "guess: numbers that are codes, not amounts")
	}
	if len(left) == 0 {
		return // every other column is an attribute anyway
	}
	source.Attributes = chosen
	g.note("accounts.attributes", "left out: %s", strings.Join(left, ", "))
}
