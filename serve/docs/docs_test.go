package docs

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func ExampleFind() {
	page, ok := Find("glossary")
	fmt.Println(page.Title(), ok)
	_, ok = Find("no-such-page")
	fmt.Println(ok)
	// Output:
	// Glossary / Glossar true
	// false
}

// Every file is listed once, and every listed name has its file.
func TestEveryPageIsListed(t *testing.T) {
	entries, err := files.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), ".md"))
	}
	listed := slices.Sorted(slices.Values(order))
	slices.Sort(names)
	if !slices.Equal(names, listed) {
		t.Errorf("files %v, listed %v", names, listed)
	}
	if len(Pages()) != len(order) {
		t.Errorf("%d pages, %d listed", len(Pages()), len(order))
	}
}

func TestPagesHaveTitleAndSummary(t *testing.T) {
	for _, p := range Pages() {
		if !strings.HasPrefix(p.Text, "# ") || p.Title() == "" {
			t.Errorf("%s: its first line is no title", p.Name)
		}
		if s := summary(p); s == "" || strings.ContainsAny(s[:1], "#|`-") {
			t.Errorf("%s: no paragraph below the title: %q", p.Name, s)
		}
	}
}

// summary is the first paragraph below a page's title, on one line.
func summary(p Page) string {
	_, rest, _ := strings.Cut(p.Text, "\n\n")
	paragraph, _, _ := strings.Cut(rest, "\n\n")
	return strings.Join(strings.Fields(paragraph), " ")
}
