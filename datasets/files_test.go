package datasets

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/etappe/etappe/datasets/internal/datatest"
)

// manyFiles is a folder whose events lie in two folders by year and whose accounts are
// separated by blanks.
func manyFiles(t *testing.T, second string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"accounts.txt":   "account_id  created_at   plan\n a1         2023-01-01   \"big  one\"\n a2\t2023-02-01 small\n",
		"2023/use.csv":   "account_id,at,type\na1,2023-03-01,login\n",
		"2024/use.csv":   second,
		"renewals.csv":   "account_id,due_on,outcome\na1,2024-01-01,renewed\n",
		"codes/plan.csv": "key,value\nsmall,S\n",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func manySources() Sources {
	return Sources{
		Accounts: &AccountSource{File: File{Path: "accounts.txt", Delimiter: "blanks"},
			Attributes: map[string]Column{"plan": {Column: "plan", Lookup: &Lookup{File: File{Path: "codes/plan.csv"}, Key: "key", Value: "value"}}}},
		Events: []EventSource{{File: File{Files: []string{"2023/*.csv", "2024/*.csv", "2024/use.csv"}}}},
	}
}

func TestSeveralFilesAndBlanks(t *testing.T) {
	dir := manyFiles(t, "type,account_id,at\nlogin,a2,2024-03-01\nlogin,a1,2024-03-02\n")
	sources := manySources()
	sources.Accounts.Attributes = nil
	tables, err := Read(t.Context(), dir, sources, Options{Now: readNow})
	if err != nil {
		t.Fatal(err)
	}
	if len(tables.Accounts) != 2 || tables.Accounts[0].Attributes[0].Text != "big  one" || tables.Accounts[1].ID != "a2" {
		t.Errorf("accounts %+v", tables.Accounts)
	}
	rows := 0
	if err := tables.Events.Scan(t.Context(), func(b *EventBatch) error { rows += b.Len(); return nil }); err != nil || rows != 3 {
		t.Errorf("%d events, %v", rows, err)
	}
}

func TestFilesOfOneTableHaveOneHeader(t *testing.T) {
	for name, second := range map[string]string{"more": "account_id,at,type,value\na1,2024-03-01,login,3\n", "other": "account_id,at,type,user_id\na1,2024-03-01,login,u\n"} {
		sources := manySources()
		sources.Accounts.Attributes = nil
		_, err := Read(t.Context(), manyFiles(t, second), sources, Options{Now: readNow})
		datatest.WantError(t, err, ErrContract, "use.csv, column", "the files of one table have the same columns")
		if name == "more" && !strings.Contains(err.Error(), `column "value"`) {
			t.Error(err)
		}
	}
	both := manySources()
	both.Events[0].Path = "2023/use.csv"
	_, err := Read(t.Context(), manyFiles(t, "account_id,at,type\n"), both, Options{Now: readNow})
	datatest.WantError(t, err, ErrConfig, "give one of them")
}

// Whatever is read is known as an input, so that no command writes over it.
func TestPathsHoldEveryFile(t *testing.T) {
	dir := manyFiles(t, "account_id,at,type\n")
	paths := manySources().Paths(dir)
	for _, want := range []string{"accounts.txt", "2023/use.csv", "2024/use.csv", "renewals.csv", "codes/plan.csv"} {
		if !slices.Contains(paths, filepath.Join(dir, want)) {
			t.Errorf("%s is not among %v", want, paths)
		}
	}
}
