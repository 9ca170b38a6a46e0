package text

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/etappe/etappe/serve/account"
)

// shownChanges is how many changes of a kind a page or a letter lists.
const shownChanges = 10

// ChangesPage is what changed, in words.
type ChangesPage struct {
	Lead   string
	Note   string        // that another model answered; ""
	Kinds  []ChangesKind // those with a change
	Groups []ChangesTable
}

// ChangesKind is the changes of one kind.
type ChangesKind struct {
	Kind, Title string
	N           int
	ARR         float64 // of the accounts whose ARR is known
	Rows        []ChangesRow
	More        string // that there are more; "": all are listed
}

// ChangesRow is one change.
type ChangesRow struct {
	ID, Name, Owner string
	What            string
	ARR             float64 // 0: unknown
}

// ChangesTable counts changes by owner or by cluster.
type ChangesTable struct {
	Title   string
	Headers []string
	Rows    [][]string
}

// Changes puts what changed into words; label names reasons by their codes, and
// cluster a cluster by id and name.
func (l Language) Changes(c *account.Changes, label func(string) string, cluster func(id, name string) string) *ChangesPage {
	p := &ChangesPage{Lead: l.T("changes.lead", "from", l.ISODay(c.From), "to", l.ISODay(c.To), "before", l.Whole(c.Before), "after", l.Whole(c.After))}
	if c.OtherModel > 0 {
		p.Note = l.T("changes.model", "n", c.OtherModel)
	}
	var kinds, headers []string
	for _, kind := range account.ChangeKinds() {
		n := c.Total.Counts[kind]
		if n == 0 {
			continue
		}
		kinds, headers = append(kinds, kind), append(headers, l.T("changes.short."+kind))
		one := ChangesKind{Kind: kind, Title: l.T("changes.kind."+kind, "n", n), N: n, ARR: c.Total.ARR[kind]}
		for i := range c.Changes {
			if x := &c.Changes[i]; x.Kind == kind && len(one.Rows) < shownChanges {
				one.Rows = append(one.Rows, l.changesRow(x, label))
			}
		}
		if more := n - len(one.Rows); more > 0 {
			one.More = l.T("changes.more", "n", more)
		}
		p.Kinds = append(p.Kinds, one)
	}
	if len(kinds) == 0 {
		return p
	}
	for _, table := range []struct {
		key    string
		groups []account.ChangeGroup
		name   func(account.ChangeGroup) string
	}{
		{"changes.owners", c.Owners, func(g account.ChangeGroup) string { return cmp.Or(g.ID, l.T("changes.owner.none")) }},
		{"changes.clusters", c.Clusters, func(g account.ChangeGroup) string { return cluster(g.ID, g.Name) }},
	} {
		t := ChangesTable{Title: l.T(table.key), Headers: headers}
		for _, g := range table.groups {
			row := []string{table.name(g)}
			for _, kind := range kinds {
				row = append(row, l.Whole(g.Counts[kind]))
			}
			t.Rows = append(t.Rows, row)
		}
		p.Groups = append(p.Groups, t)
	}
	return p
}

func (l Language) changesRow(c *account.Change, label func(string) string) ChangesRow {
	row := ChangesRow{ID: c.AccountID, Name: cmp.Or(c.Name, c.AccountID), Owner: c.Owner}
	if c.ARR != nil {
		row.ARR = *c.ARR
	}
	band := func(code string) string { return l.T("band." + code) }
	switch {
	case c.Milestone != "":
		row.What = l.T("changes.milestone", "milestone", l.milestoneName(c.Milestone), "date", l.ISODay(c.On))
	case c.Moved != nil:
		row.What = l.Change(*c.Moved)
		if c.Reason != "" {
			row.What = l.T("changes.moved", "change", row.What, "reason", label(c.Reason))
		}
	case c.Before != "" && c.After != "":
		row.What = l.T("changes.band", "before", band(c.Before), "after", band(c.After))
	case c.Before != "":
		row.What = l.T("changes.was", "band", band(c.Before))
	default:
		row.What = band(c.After)
	}
	return row
}

// markdown takes what Markdown would read as its own out of a text.
var markdown = strings.NewReplacer(`\`, `\\`, `|`, `\|`, `*`, `\*`, `_`, `\_`, "`", "\\`", `<`, `\<`, `[`, `\[`, `#`, `\#`, "\n", " ")

// ChangesMarkdown writes what changed as a letter in Markdown.
func (l Language) ChangesMarkdown(p *ChangesPage) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s\n", l.T("changes.title"), markdown.Replace(p.Lead))
	if p.Note != "" {
		fmt.Fprintf(&b, "\n%s\n", p.Note)
	}
	if len(p.Kinds) == 0 {
		fmt.Fprintf(&b, "\n%s\n", l.T("changes.none"))
	}
	for _, kind := range p.Kinds {
		fmt.Fprintf(&b, "\n## %s\n\n", markdown.Replace(kind.Title))
		for _, row := range kind.Rows {
			line := "**" + markdown.Replace(row.Name) + "**"
			if row.Owner != "" {
				line += " (" + markdown.Replace(row.Owner) + ")"
			}
			if line += ": " + markdown.Replace(row.What); row.ARR > 0 {
				line += ", ARR " + l.Number(row.ARR, 0)
			}
			fmt.Fprintf(&b, "- %s\n", line)
		}
		if kind.More != "" {
			fmt.Fprintf(&b, "- %s\n", kind.More)
		}
	}
	for _, t := range p.Groups {
		fmt.Fprintf(&b, "\n## %s\n\n", t.Title)
		writeRow := func(cells []string) { fmt.Fprintf(&b, "| %s |\n", strings.Join(cells, " | ")) }
		writeRow(append([]string{""}, t.Headers...))
		writeRow(slices.Concat([]string{"---"}, slices.Repeat([]string{"--:"}, len(t.Headers))))
		for _, row := range t.Rows {
			writeRow(slices.Concat([]string{markdown.Replace(row[0])}, row[1:]))
		}
	}
	return b.String()
}
