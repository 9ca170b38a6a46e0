package cluster

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/etappe/etappe/models"
)

// A learned name comes apart into the words that it was made of, also where one
// of them holds the word between them; a person's does not.
func TestLearnedNamesComeApart(t *testing.T) {
	p := mixes(1, 1500, 4, 8, 2)
	for i := range p.space.Shares {
		name := strings.Replace(p.space.Shares[i], "type", []string{"drag_and_drop", "report_viewed", "call_and", "and"}[i%4]+"_", 1)
		at := slices.IndexFunc(p.frame.Fields, func(f models.Field) bool { return f.Name == p.space.Shares[i] })
		p.space.Shares[i], p.frame.Fields[at].Name = name, name
	}
	m, _ := p.fit(t, quick)
	if m.K() != 4 {
		t.Fatalf("%d clusters", m.K())
	}
	names := m.Names(nil)
	for c, group := range p.groupOf(t, m) {
		word := []string{"drag and drop ", "report viewed ", "call and ", "and "}[group]
		parts := m.Parts(c, names[c])
		if len(parts) != 2 || parts[0].Degree != 0 || parts[0].Word+joint+parts[1].Word != names[c] || !strings.HasPrefix(parts[0].Word, word) || !strings.HasPrefix(parts[1].Word, word) {
			t.Errorf("%q comes apart into %+v", names[c], parts)
		}
		if diff := cmp.Diff(parts[1:], m.Parts(c, parts[1].Word)); diff != "" {
			t.Error(diff)
		}
		for _, given := range []string{"Six-pack", "storage and backup", names[(c+1)%4], "", joint, m.IDs()[c]} {
			if parts := m.Parts(c, given); parts != nil {
				t.Errorf("%q comes apart into %+v", given, parts)
			}
		}
	}
}

func TestNamesOfNumbersComeApart(t *testing.T) {
	p := numbers(600, 2, func(i, j int) float64 { return float64(i%2)*10 + float64((i*31+j*17)%100)/100 })
	m, _ := p.fit(t, quick)
	for c, name := range m.Names(nil) {
		parts := m.Parts(c, name)
		if len(parts) == 0 {
			t.Fatalf("%q does not come apart", name)
		}
		for _, part := range parts {
			high, low := strings.Contains(name, "high "+part.Word), strings.Contains(name, "low "+part.Word)
			if high != (part.Degree == 1) || low != (part.Degree == -1) {
				t.Errorf("%q comes apart into %+v", name, parts)
			}
		}
	}
}
