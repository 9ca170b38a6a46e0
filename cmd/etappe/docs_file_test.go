package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/etappe/etappe/models/artifact"
)

// documented is a column as files.md has it.
type documented struct{ name, kind, empty, api string }

// documentedColumns are the columns of files.md by the heading of their table.
func documentedColumns(t *testing.T) map[string][]documented {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(docsFolder, "files.md"))
	if err != nil {
		t.Fatal(err)
	}
	tables, heading := map[string][]documented{}, ""
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "#") {
			heading = strings.TrimLeft(line, "# ")
		}
		if cells := strings.Split(strings.Trim(line, "|"), "|"); strings.HasPrefix(line, "| `") && len(cells) == 6 {
			for i := range cells {
				cells[i] = strings.TrimSpace(cells[i])
			}
			tables[heading] = append(tables[heading], documented{strings.Trim(cells[0], "`"), cells[1], cells[4], cells[5]})
		}
	}
	return tables
}

// table is a file as it was written.
type table struct {
	columns []string
	rows    []map[string]string
}

func tableOf(t *testing.T, text []byte) table {
	t.Helper()
	records, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte("\uFEFF")))).ReadAll()
	if err != nil || len(records) < 2 {
		t.Fatalf("%d records, %v", len(records), err)
	}
	out := table{columns: records[0]}
	for _, record := range records[1:] {
		row := map[string]string{}
		for j, name := range records[0] {
			row[name] = record[j]
		}
		out.rows = append(out.rows, row)
	}
	return out
}

var dayPattern = regexp.MustCompile(`^\d{4}-\d\d-\d\d$`)

// holds checks a file against its documentation: each column once, in this order, of
// its type, and never empty where the page says never. general turns the name of a
// column into the one that the page has for its kind.
func (f *table) holds(t *testing.T, what string, want []documented, general func(string) string) {
	t.Helper()
	var names, known []string
	for _, column := range f.columns {
		if name := general(column); len(names) == 0 || names[len(names)-1] != name {
			names = append(names, name)
		}
	}
	for _, d := range want {
		known = append(known, d.name)
	}
	if !slices.Equal(names, known) {
		t.Fatalf("%s has the columns\n%v, files.md\n%v", what, names, known)
	}
	for _, column := range f.columns {
		d := want[slices.Index(known, general(column))]
		if at := slices.IndexFunc(f.rows, func(row map[string]string) bool { return !d.allows(row[column]) }); at >= 0 {
			t.Errorf("%s: %s of %s is %q: a %s, empty %s", what, column, f.rows[at]["account_id"], f.rows[at][column], d.kind, d.empty)
		}
	}
}

// allows reports whether a cell is as the page describes its column.
func (d *documented) allows(cell string) bool {
	_, err := strconv.ParseFloat(cell, 64)
	switch {
	case cell == "":
		return d.empty != "never"
	case d.kind == "date":
		return dayPattern.MatchString(cell)
	}
	return d.kind != "number" || err == nil
}

// member is a number, a text or "" at a path of a JSON object.
func member(of map[string]any, path string) string {
	var value any = of
	for part := range strings.SplitSeq(path, ".") {
		m, _ := value.(map[string]any)
		value = m[part]
	}
	switch v := value.(type) {
	case json.Number:
		return v.String()
	case string:
		return v
	}
	return ""
}

// same compares a cell with a member of the API: numbers as numbers, which both write
// with their shortest digits.
func sameCell(cell, member string) bool {
	x, err := strconv.ParseFloat(cell, 64)
	y, wrong := strconv.ParseFloat(member, 64)
	return cell == member || err == nil && wrong == nil && x == y
}

// Every file has the columns of files.md and no others; the two files of accounts have
// the same cells for all accounts of the demo, and the API the same values under the
// names that the page gives.
func TestFilesAreTheDictionary(t *testing.T) {
	d, dir, columns := theDemo(t), t.TempDir(), documentedColumns(t)
	file := func(name string) string { return filepath.Join(dir, name) }
	stored, err := os.ReadFile(filepath.Join(d.dir, "history.db"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file("history.db"), stored, 0o644); err != nil {
		t.Fatal(err)
	}
	model := []string{"--registry", filepath.Join(d.dir, "registry"), "--data", filepath.Join(d.dir, "data")}
	read := func(name string, args ...string) table {
		must(t, append(append(args, "--out", file(name)), model...)...)
		text, err := os.ReadFile(file(name))
		if err != nil {
			t.Fatal(err)
		}
		return tableOf(t, text)
	}
	accounts := columns["Scored accounts"]
	plain := func(name string) string { return name }
	scores := read("scores.csv", "score", "--history", file("history.db"), "--contributions", "all")
	scores.holds(t, "score --contributions all", slices.Concat(accounts, columns["Status"], columns["With contributions"]), func(name string) string {
		if strings.HasPrefix(name, "points:") {
			return "points:NAME"
		}
		return name
	})
	brief := read("brief.csv", "score", "--brief")
	if want := []string{"account_id", "as_of", "health_score", "churn_probability", "band"}; !slices.Equal(brief.columns, want) {
		t.Errorf("score --brief has %v", brief.columns)
	}
	of := func(list []documented) map[string]bool {
		set := map[string]bool{}
		for _, d := range list {
			set[d.name] = true
		}
		return set
	}
	fixed := of(columns["Snapshots"])
	snapshots := read("snapshots.csv", "snapshot")
	snapshots.holds(t, "snapshot", columns["Snapshots"], func(name string) string {
		switch {
		case strings.HasPrefix(name, "milestone:"):
			return "milestone:NAME"
		case fixed[name]:
			return name
		}
		return "FEATURE"
	})
	s, err := startService("serve", "--registry", filepath.Join(d.dir, "registry"), "--history", file("history.db"), "--listen", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer s.interrupt()
	status, text, err := s.get("/accounts.csv")
	if err != nil || status != http.StatusOK {
		t.Fatalf("status %d, %v", status, err)
	}
	export := tableOf(t, text)
	export.holds(t, "/accounts.csv", accounts, plain)
	shown, listed := map[string]map[string]string{}, listedAccounts(t, s)
	for _, row := range export.rows {
		shown[row["account_id"]] = row
	}
	verdicts := map[string]bool{}
	for _, row := range scores.rows {
		id := row["account_id"]
		for _, d := range accounts {
			if got := shown[id][d.name]; got != row[d.name] {
				t.Errorf("%s: %s is %q in the file and %q in the export", id, d.name, row[d.name], got)
			}
			if path := strings.Trim(d.api, "`"); !strings.ContainsAny(path, " ,`") {
				if got := member(listed[id], path); !sameCell(row[d.name], got) {
					t.Errorf("%s: %s is %q in the file, %s of the API is %q", id, d.name, row[d.name], path, got)
				}
			}
		}
		if held := member(listed[id], "held.score_band"); held != "" && held != row["score_band"] || held == "" && row["band"] != row["score_band"] {
			t.Errorf("%s: score_band is %s in the file, band %s; the API holds %q", id, row["score_band"], row["band"], held)
		}
		verdicts[row["verdict"]] = true
		checkMovement(t, s, row)
	}
	if !verdicts["moved"] || !verdicts["normal_variation"] || len(shown) != len(listed) {
		t.Errorf("verdicts %v of %d accounts in the export and %d in the API", verdicts, len(shown), len(listed))
	}
}

// listedAccounts are all accounts of GET /v1/accounts by their ids.
func listedAccounts(t *testing.T, s *service) map[string]map[string]any {
	t.Helper()
	all := map[string]map[string]any{}
	for next := ""; ; {
		_, text, err := s.get("/v1/accounts?limit=500&cursor=" + url.QueryEscape(next))
		var page struct {
			Accounts []map[string]any
			Next     string
		}
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.UseNumber()
		if err != nil || decoder.Decode(&page) != nil {
			t.Fatalf("%v: %.300s", err, text)
		}
		for _, a := range page.Accounts {
			all[member(a, "account_id")] = a
		}
		if next = page.Next; next == "" {
			return all
		}
	}
}

// checkMovement compares an account's movement in a file with its explanation.
func checkMovement(t *testing.T, s *service, row map[string]string) {
	t.Helper()
	if row["previous_as_of"] == "" {
		return
	}
	_, text, err := s.get("/v1/accounts/" + url.PathEscape(row["account_id"]) + "/explanation?from=" + row["previous_as_of"] + "&to=" + row["as_of"])
	var e struct {
		Moved   *float64
		Verdict string
	}
	if err != nil || json.Unmarshal(text, &e) != nil {
		t.Fatalf("%v: %.300s", err, text)
	}
	moved := ""
	if e.Moved != nil {
		moved = strconv.FormatFloat(*e.Moved, 'g', -1, 64)
	}
	if !sameCell(row["moved"], moved) || e.Verdict != row["verdict"] {
		t.Errorf("%s: moved %s and %s in the file, %s and %s in the explanation", row["account_id"], row["moved"], row["verdict"], moved, e.Verdict)
	}
}

// holdsJudged checks a file of judged rows against the page. absent are the columns of
// the other door.
func holdsJudged(t *testing.T, rows map[string]string, absent ...string) {
	t.Helper()
	known := map[string]bool{}
	for _, d := range documentedColumns(t)["Judged rows"] {
		known[d.name] = true
		if _, is := rows[d.name]; !is && d.name != "VARIANT" && !slices.Contains(absent, d.name) {
			t.Errorf("files.md has %s, the file does not", d.name)
		}
	}
	for name := range rows {
		if !known[name] && !slices.Contains(variants, name) {
			t.Errorf("the file has %s, files.md does not", name)
		}
	}
}

// variants are the models that a report compares.
var variants = []string{artifact.VariantMajority, artifact.VariantScorecard, artifact.VariantLogistic, artifact.VariantTrees,
	artifact.VariantGlobal, artifact.VariantSeparate, artifact.VariantEtappe}
