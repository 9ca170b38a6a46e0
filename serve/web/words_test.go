package web

import (
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/etappe/etappe/serve"
)

var en, de = Words{Language: serve.English, currency: "EUR"}, Words{Language: serve.German, currency: "EUR"}

func TestNumbers(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{en.Number(1234.5, 1), "1,234.5"}, {de.Number(1234.5, 1), "1.234,5"},
		{en.Number(-1234567, 0), "−1,234,567"}, {de.Number(999, 0), "999"},
		{en.Number(-0.04, 1), "0.0"}, {en.Number(math.NaN(), 1), none}, {en.Number(math.Inf(-1), 1), none},
		{en.Change(3.14), "+3.1"}, {de.Change(-0.06), "−0,1"}, {en.Change(0.02), "0.0"},
		{en.Percent(0.5), "50%"}, {de.Percent(0.034), "3,4" + space + "%"}, {en.Percent(0.0995), "10%"}, {en.Percent(0), "0%"}, {de.Percent(math.NaN()), none},
		{en.Money(48600), "48,600" + space + "EUR"}, {Words{Language: serve.English}.Money(48600), "48,600"}, {de.Money(math.NaN()), none},
		{en.ShortMoney(9999), "9,999" + space + "EUR"}, {en.ShortMoney(12_345), "12.3" + space + "k" + space + "EUR"},
		{de.ShortMoney(1_254_000), "1,25" + space + "Mio." + space + "EUR"}, {en.ShortMoney(999_600), "1.00" + space + "M" + space + "EUR"},
		{en.ShortMoney(3.2e9), "3.20" + space + "bn" + space + "EUR"},
		{en.Date(day(2026, 11, 22)), "22 Nov 2026"}, {de.Date(day(2026, 3, 2)), "02.03.2026"}, {de.Month(day(2026, 3, 2)), "März" + space + "2026"},
		{en.span(0.02, 0.08), "2.0–8.0%"}, {de.span(0.12, 0.4), "12–40" + space + "%"},
		{en.value(9.5, "events"), "10"}, {en.value(0.5, "events"), "1"}, {de.value(0.25, "share"), "25" + space + "%"},
		{en.value(math.Ln2, "log ratio"), "+100%"}, {en.value(4.25, ""), "4.3"}, {en.value(math.NaN(), ""), none},
		{en.list([]string{"a", "b", "c"}), "a, b and c"}, {de.list([]string{"a", "b"}), "a und b"}, {en.list(nil), ""},
		{en.count("days.in", 1), "in 1 day"}, {de.count("days.ago", 1200), "vor 1.200 Tagen"},
		{de.quote("x"), "„x“"},
	} {
		if c.got != c.want {
			t.Errorf("%q, not %q", c.got, c.want)
		}
	}
}

// Taking the groups out of a number gives it back, whatever the language.
func TestNumbersCanBeReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(-1_000_000_000, 1_000_000_000).Draw(t, "n")
		plain := strings.NewReplacer(",", "", "−", "-").Replace(en.Whole(n))
		if swapped := strings.ReplaceAll(de.Whole(n), ".", ","); swapped != en.Whole(n) {
			t.Fatalf("German %q, English %q", swapped, en.Whole(n))
		}
		if want := (Words{}).Number(float64(n), 0); strings.NewReplacer(",", "", "−", "-").Replace(want) != plain {
			t.Fatalf("%d is written %q", n, en.Whole(n))
		}
		for i, group := range strings.Split(strings.TrimPrefix(en.Whole(n), "−"), ",") {
			if len(group) > 3 || i > 0 && len(group) != 3 {
				t.Fatalf("%d is grouped %q", n, en.Whole(n))
			}
		}
	})
}

var (
	verbs    = regexp.MustCompile(`%(\[\d\])?[a-z]`)
	inPages  = regexp.MustCompile(`\b(t|n) "([a-z0-9_.]+)"`)
	inSource = regexp.MustCompile(`\b(say|T|count|Count)\("([a-z0-9_.]+)"`)
)

// Every message is written in both languages with the same blanks to fill in,
// and every message that a page or a function asks for is there.
func TestMessages(t *testing.T) {
	total := 0
	for _, c := range catalogues {
		total += len(c)
	}
	if total != len(messages) {
		t.Errorf("%d messages in the catalogues, %d keys: one is there twice", total, len(messages))
	}
	for key, m := range messages {
		if m.en == "" || m.de == "" {
			t.Errorf("%s lacks a language", key)
		}
		if a, b := verbs.FindAllString(m.en, -1), verbs.FindAllString(m.de, -1); len(a) != len(b) {
			t.Errorf("%s has %v in English, %v in German", key, a, b)
		}
		if strings.Contains(m.de, "\"") || strings.Contains(m.en, "\"") {
			t.Errorf("%s has typewriter quotes", key)
		}
	}
	for pattern, re := range map[string]*regexp.Regexp{"templates/*.html": inPages, "*.go": inSource} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v, %v", pattern, files, err)
		}
		for _, file := range files {
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, found := range re.FindAllStringSubmatch(string(source), -1) {
				key := found[2]
				if strings.HasSuffix(key, ".") { // the rest is put together
					continue
				}
				if found[1] == "n" || strings.EqualFold(found[1], "count") {
					key += ".many"
				}
				if _, ok := messages[key]; !ok && !strings.HasSuffix(file, "_test.go") {
					t.Errorf("%s asks for %q, which is not written", file, key)
				}
			}
		}
	}
	if _, err := en.T("no.such.message"); err == nil {
		t.Error("a message that is not written is no error")
	}
}
