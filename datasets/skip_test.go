package datasets

import (
	"fmt"
	"strings"
	"testing"

	"github.com/etappe/etappe/datasets/internal/datatest"
)

// A few bad rows are left out and listed; more than that are problems as ever.
func TestSkipBadRows(t *testing.T) {
	var rows strings.Builder
	rows.WriteString("account_id,type,at,value\n")
	for i := range 97 {
		fmt.Fprintf(&rows, "a1,login,2023-05-%02d,1\n", 1+i%28)
	}
	rows.WriteString("a1,login,yesterday,many\nzz,login,2023-05-01,1\na1,login\n") // three rows that break rules
	dir := folder(t, map[string]string{"events.csv": rows.String()})
	mapping := func(share string) string {
		return `events: [{file: events.csv, skip_bad_rows: {at_most: "` + share + `"}}]`
	}
	tables, events, err := readAll(t, dir, mapping("3 %"))
	if err != nil || len(events) != 97 {
		t.Fatalf("%d events, %v", len(events), err)
	}
	all := fmt.Sprint(tables.Warnings)
	for _, want := range []string{"bad row of events.csv left out (skip_bad_rows):3", `left out, events.csv, row 98, column "at"`, "row 99", "row 100: has 2 values"} {
		if !strings.Contains(all, want) {
			t.Errorf("warnings do not hold %q: %s", want, all)
		}
	}
	_, _, err = readAll(t, dir, mapping("2.5%"))
	datatest.WantError(t, err, ErrContract, "3 of 100 rows break a rule", "row 98", "row 99")
	for _, share := range []string{"", "1", "0 %", "80 %", "few"} {
		_, _, err := readAll(t, dir, mapping(share))
		datatest.WantError(t, err, ErrConfig, "skip_bad_rows.at_most")
	}
	bad := folder(t, map[string]string{"accounts.csv": smallFiles["accounts.csv"] + "a4,soon,basic,1\n"})
	tables, _, err = readAll(t, bad, `accounts: {file: accounts.csv, skip_bad_rows: {at_most: "30 %"}}`)
	if err != nil || len(tables.Accounts) != 3 {
		t.Errorf("accounts: %v, %v", tables, err)
	}
}
