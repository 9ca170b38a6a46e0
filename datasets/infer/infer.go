// Package infer guesses etappe.yaml from the headers and first rows of the files
// in a folder. It returns the mapping and, for each guess, a note at its place
// in etappe.yaml; it trains nothing and reads no file as a whole.
package infer

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/datasets/columnar"
	"github.com/etappe/etappe/datasets/internal/names"
)

// Sources looks at the headers and first rows of the table files in dir
// and guesses how they map onto the tables. Files that carry the tables' own
// names and columns are left out of the mapping: they need none. The notes list
// what was guessed where, each led by the place in etappe.yaml; a guess may be
// wrong and is for people to check. It errs only when dir cannot be read.
func Sources(ctx context.Context, dir string) (datasets.Sources, []string, error) {
	g, err := infer(ctx, dir)
	if err != nil {
		return datasets.Sources{}, nil, err
	}
	var notes []string
	for _, n := range g.notes {
		text := n.text
		if n.path != "" {
			text = n.path + ": " + text
		}
		notes = append(notes, text)
	}
	return g.sources, notes, nil
}

// guess is a mapping in the making.
type guess struct {
	files   []fileProfile
	sources datasets.Sources
	notes   []guessNote
	own     []string // tables whose files carry the tables' own names
}

// guessNote is a remark on a place in etappe.yaml ("events[0].type");
// an empty path is the file as a whole.
type guessNote struct{ path, text string }

func (g *guess) note(path, format string, args ...any) {
	g.notes = append(g.notes, guessNote{path, fmt.Sprintf(format, args...)})
}

func infer(ctx context.Context, dir string) (*guess, error) {
	files, notes, err := profileFolder(ctx, dir)
	if err != nil {
		return nil, err
	}
	g := &guess{files: files}
	for _, text := range notes {
		g.note("", "%s", text)
	}
	byRole := map[role][]*fileProfile{}
	for i := range g.files {
		r := g.role(&g.files[i])
		byRole[r] = append(byRole[r], &g.files[i])
	}
	accounts := g.one(byRole, accountsRole, accountStems)
	renewals := g.one(byRole, renewalsRole, nil)
	periods := g.one(byRole, periodsRole, nil)
	deals := g.one(byRole, dealsRole, nil)
	g.mapAccounts(accounts, periods, byRole[eventsRole])
	g.mapEvents(byRole[eventsRole])
	g.mapRenewals(renewals, deals, periods, accounts)
	g.mapMilestones(g.one(byRole, milestonesRole, nil))
	g.mapInterventions(g.one(byRole, interventionRole, nil))
	g.noteUnused(byRole[noRole])
	return g, nil
}

// one returns the file of a table that can have only one. Of several accounts
// tables the others may be events; of the rest the others are noted.
func (g *guess) one(byRole map[role][]*fileProfile, r role, stems []string) *fileProfile {
	list := byRole[r]
	if len(list) == 0 {
		return nil
	}
	best := list[0]
	for _, f := range list {
		if names.Like(f.stem(), stems) {
			best = f
			break
		}
	}
	for _, f := range list {
		switch {
		case f == best:
		case r == accountsRole && f.anyDate():
			byRole[eventsRole] = append(byRole[eventsRole], f)
		default:
			g.note("", "%s looks like %s as well and is not used: %s is", f.path, r, best.path)
		}
	}
	return best
}

// noteUnused describes which files serve no purpose in the mapping.
func (g *guess) noteUnused(files []*fileProfile) {
	used := map[string]bool{}
	for _, n := range lookupsOf(&g.sources) {
		used[n] = true
	}
	for _, f := range files {
		if !used[f.path] {
			g.note("", "%s is not used: no table was recognised in it", f.path)
		}
	}
}

// lookupsOf lists the files that the guess translates through.
func lookupsOf(s *datasets.Sources) []string {
	var paths []string
	add := func(c *datasets.Column) {
		if c != nil && c.Lookup != nil {
			paths = append(paths, c.Lookup.Path)
		}
	}
	for i := range s.Events {
		add(&s.Events[i].AccountID)
		add(s.Events[i].Type)
	}
	if s.Renewals != nil {
		add(&s.Renewals.AccountID)
	}
	return paths
}

// isOwn reports whether a file carries a table's own name and columns, its dates
// in ISO 8601, so that it needs no mapping.
func (f *fileProfile) isOwn(table string, columns ...string) bool {
	name := filepath.Base(f.path)
	extension := slices.IndexFunc(columnar.Extensions, func(e string) bool { return strings.HasSuffix(name, e) })
	if extension < 0 || f.delimiter != "" {
		return false
	}
	stem := strings.TrimSuffix(name, columnar.Extensions[extension])
	if stem != table && !(table == "events" && strings.HasPrefix(stem, table)) {
		return false
	}
	for _, want := range columns {
		if c := f.column(want); c == nil || (c.date && c.format != "") {
			return false
		}
	}
	return true
}
