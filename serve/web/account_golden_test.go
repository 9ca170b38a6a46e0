package web

import (
	"flag"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/etappe/etappe/serve/text"
)

var rewrite = flag.Bool("rewrite", false, "rewrite the golden files")

// golden holds a text against testdata/name.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *rewrite {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (run the test with -rewrite to make it)", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (run with -rewrite if it is meant):\n%s", path, diff)
	}
}

var (
	drawings = regexp.MustCompile(`(?s)<svg.*?</svg>`)
	breaks   = regexp.MustCompile(`(?i)</?(p|h1|h2|h3|li|ul|ol|tr|div|section|summary|details|figure|figcaption|caption|dt|dd|dl|label|option|button|thead|tbody|table|form|title|nav|header|footer|main)\b[^>]*>`)
	cells    = regexp.MustCompile(`(?i)</?(td|th|span|a|small)\b[^>]*>`)
	tags     = regexp.MustCompile(`<[^>]*>`)
	blanks   = regexp.MustCompile(`[ \t]+`)
)

// textOf is a page as it is read: a line for each block, pictures left out.
func textOf(page string) string {
	page = drawings.ReplaceAllString(page, " ")
	page = strings.ReplaceAll(page, "\n", " ")
	page = breaks.ReplaceAllString(page, "\n")
	page = tags.ReplaceAllString(cells.ReplaceAllString(page, " "), "")
	var lines []string
	for line := range strings.SplitSeq(html.UnescapeString(page), "\n") {
		if line = strings.TrimSpace(blanks.ReplaceAllString(line, " ")); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n") + "\n"
}

// allBooks are read once: every test writes from them, none changes them.
var allBooks = sync.OnceValues(func() (map[string]*book, error) {
	a, err := loadAssets()
	if err != nil {
		return nil, err
	}
	return openBooks(a, "EUR", text.Languages())
})

// pageOf renders the account page of facts.
func pageOf(t *testing.T, l text.Language, f *accountFacts) string {
	t.Helper()
	books, err := allBooks()
	if err != nil {
		t.Fatal(err)
	}
	b := books[l.String()]
	body := b.words.account(f)
	text, err := b.write("account", view{page: page{Title: body.Head.Title, Section: "portfolio", Body: body}, Language: l})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestAccountPageReads(t *testing.T) {
	for _, l := range []text.Language{text.English, text.German} {
		golden(t, "account."+l.String()+".txt", textOf(pageOf(t, l, demoFacts(l))))
	}
}

func TestAccountPictures(t *testing.T) {
	w := Words{Language: text.English}
	body := w.account(demoFacts(text.English))
	for name, picture := range map[string]string{
		"stage": string(body.Stage.Map), "timeline": string(body.Time.Chart), "coin": string(body.Coin.Picture),
		"whatif": string(body.WhatIfs[0].Picture),
	} {
		golden(t, "account_"+name+".svg.txt", strings.ReplaceAll(picture, "><", ">\n<")+"\n")
	}
}
