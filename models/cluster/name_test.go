package cluster

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/etappe/etappe/models"
)

// The group does types group and group+4 more than the others, and is called so.
func TestNamesHoldWhatAClusterDoesMore(t *testing.T) {
	p := mixes(1, 1500, 4, 8, 2)
	for i := range p.space.Shares { // as events are called
		name := strings.Replace(p.space.Shares[i], "type", []string{"report_viewed", "export-created", "API.call", "x  y"}[i%4]+"_", 1)
		at := slices.IndexFunc(p.frame.Fields, func(f models.Field) bool { return f.Name == p.space.Shares[i] })
		p.space.Shares[i], p.frame.Fields[at].Name = name, name
	}
	m, _ := p.fit(t, quick)
	if m.K() != 4 {
		t.Fatalf("%d clusters", m.K())
	}
	names := m.Names(nil)
	for c, group := range p.groupOf(t, m) {
		word := []string{"report viewed", "export created", "API call", "x y"}[group]
		one, other := word+" "+string(rune('0'+group)), word+" "+string(rune('4'+group))
		if names[c] != one+" and "+other && names[c] != other+" and "+one {
			t.Errorf("the cluster of group %d is called %q", group, names[c])
		}
		if !m.Fits(c, names[c]) || !m.Fits(c, one) || !m.Fits(c, other+" and "+one) {
			t.Errorf("%q does not fit the cluster that it was made for", names[c])
		}
		for _, wrong := range []string{names[(c+1)%4], one + " and " + one, one + " and ", "and", "", AllAccounts, m.IDs()[c]} {
			if m.Fits(c, wrong) {
				t.Errorf("%q fits the cluster called %q", wrong, names[c])
			}
		}
	}
	// Whoever has a name keeps it, and the words in it are nobody else's.
	given := []string{"", "Six-pack", names[3], ""}
	again := m.Names(given)
	if again[1] != "Six-pack" || again[2] != names[3] || again[0] != names[0] || again[3] == "" || again[3] == names[3] {
		t.Errorf("%q after %q", again, names)
	}
	for c, name := range again {
		if slices.Index(again, name) != c {
			t.Errorf("%q stands twice in %q", name, again)
		}
	}
}

func TestNamesOfNumbers(t *testing.T) {
	p := numbers(600, 2, func(i, j int) float64 { return float64(i%2)*10 + float64((i*31+j*17)%100)/100 })
	m, _ := p.fit(t, quick)
	names := m.Names(nil)
	slices.Sort(names)
	if m.K() != 2 || len(names) != 2 || names[0][:4] != "high" || names[1][:3] != "low" {
		t.Errorf("%d clusters: %q", m.K(), names)
	}
	one := mixes(1, 200, 1, 3, 0)
	single, _ := one.fit(t, quick)
	if got := single.Names(nil); !slices.Equal(got, []string{"all accounts"}) || !slices.Equal(single.IDs(), []string{"c1"}) {
		t.Errorf("%q %q", got, single.IDs())
	}
}

// Whatever a column is called, a name can be shown.
func TestNamesCanBeShown(t *testing.T) {
	p := mixes(1, 1500, 3, 6, 0)
	for i, name := range []string{"<script>alert('x')</script>", strings.Repeat("wörd_", 90), "a\x00b\u202ec\nd", "___", "\xff\xfe", "e"} {
		p.space.Shares[i], p.frame.Fields[i].Name = name, name
	}
	m, _ := p.fit(t, quick)
	if m.K() != 3 {
		t.Fatal(m.K())
	}
	for c, name := range m.Names(nil) {
		if err := CheckName(name); err != nil {
			t.Errorf("cluster %d: %v", c, err)
		}
	}
	for column, want := range map[string]string{"a\x00b\u202ec\nd": "a b c d", "___": "", "\xff": "", "--x__y..z": "x y z",
		strings.Repeat("wörd_", 90): "wörd wörd wörd wörd wörd wörd wörd…"} {
		if got := readable(column); got != want || utf8.RuneCountInString(got) > maxWord {
			t.Errorf("%q: %q, want %q", column, got, want)
		}
	}
}

func TestNamesThatAreNone(t *testing.T) {
	for _, name := range []string{"Six-pack", "Reporting & Export <team>", "Größe „L“", strings.Repeat("ä", 80), "日本語"} {
		if err := CheckName(name); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
	for _, name := range []string{"", " ", " x", "x ", strings.Repeat("ä", 81), "a\nb", "a\tb", "a\x00", "a\u202eb", "a\u200bb", "a\xff", "a\u00a0b"} {
		if err := CheckName(name); !errors.Is(err, ErrName) {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestCommonEnding(t *testing.T) {
	for _, c := range []struct {
		names []string
		want  string
	}{
		{[]string{"a.count_84d", "b.c.count_84d"}, ".count_84d"},
		{[]string{"a.x.count", "b.x.count"}, ".x.count"},
		{[]string{"a.count", "b.sum"}, ""},
		{[]string{"a", "b.a"}, ""},
		{[]string{".a", "b.a"}, ""},
		{nil, ""},
	} {
		if got := commonEnding(c.names); got != c.want {
			t.Errorf("%q: %q, want %q", c.names, got, c.want)
		}
	}
}
