package datasets

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// surveys is a file of answers with the values given, one a day.
func surveys(kind string, values ...string) string {
	text := "account_id,type,at,value\n"
	for i, v := range values {
		text += fmt.Sprintf("a1,%s,2023-05-%02d,%s\n", kind, i+1, v)
	}
	return text
}

// A value outside the scale that an event's name stands for is a warning with its row;
// a type that is mostly outside is of another scale.
func TestValuesOutsideTheUsualScale(t *testing.T) {
	for _, c := range []struct {
		kind   string
		values []string
		want   string // part of the warning; "": none
	}{
		{"nps_response", []string{"9", "10", "0", "", "11", "8"}, `value of "nps_response" outside 0 to 10, the scale of its name (first events.csv, row 5: 11)`},
		{"NPS", []string{"9", "10", "-1", "8", "7"}, "row 3: -1"},
		{"survey.csat", []string{"5", "1", "3", "4", "0"}, "outside 1 to 5"},
		{"csat_percent", []string{"80", "90", "75", "5"}, ""}, // of a hundred
		{"nps", []string{"0", "10", "5"}, ""},
		{"snapshot", []string{"11", "9", "9", "9"}, ""}, // no word of it is a scale's
	} {
		dir := folder(t, map[string]string{"events.csv": surveys(c.kind, c.values...)})
		tables, events, err := readAll(t, dir, "")
		if err != nil || len(events) != len(c.values) {
			t.Fatalf("%s: %d events, %v", c.kind, len(events), err)
		}
		found := ""
		for rule, n := range tables.Warnings {
			if strings.Contains(rule, "scale of its name") && n == 1 {
				found = rule
			}
		}
		if (found != "") != (c.want != "") || !strings.Contains(found, c.want) {
			t.Errorf("%s: warning %q, want %q", c.kind, found, c.want)
		}
	}
}

// A declared range refuses what lies outside, by row, instead of the usual scale, and
// in emitted events too.
func TestDeclaredRanges(t *testing.T) {
	mapping := func(ranges string) string {
		return "events: [{file: events.csv, ranges: {" + ranges + "}}]\n"
	}
	dir := folder(t, map[string]string{"events.csv": surveys("nps", "9", "55", "-100", "101")})
	_, _, err := readAll(t, dir, mapping("nps: [-100, 100]"))
	var broken *ContractError
	if !errors.As(err, &broken) || broken.Total != 1 || broken.Problems[0].Row != 4 || !strings.Contains(broken.Problems[0].Rule, `lies outside -100 to 100, the range that ranges declares for "nps"`) {
		t.Errorf("%v", err)
	}
	for _, wrong := range []string{"nps: [10, 0]", "nps: [1]", "nps: []"} {
		if _, _, err := readAll(t, dir, mapping(wrong)); !errors.Is(err, ErrConfig) || !strings.Contains(err.Error(), "ranges: nps") {
			t.Errorf("%s: %v", wrong, err)
		}
	}
	tables, _, err := readAll(t, dir, mapping("csat: [1, 5]"))
	if err != nil || tables.Warnings[`range declared for the event type "csat", which no row of events.csv has`] != 1 {
		t.Errorf("%v, %v", tables.Warnings, err)
	}
	dir = folder(t, map[string]string{"wide.csv": "account_id,at,mood,logins\na1,2023-05-01,3,4\na1,2023-05-02,6,4\n"})
	_, _, err = readAll(t, dir, "events: [{file: wide.csv, ranges: {mood: [1, 5]}, emit: [{type: {constant: mood}, value: mood}, {type: {constant: logins}, count: logins}]}]\n")
	if !errors.As(err, &broken) || broken.Problems[0].Row != 2 || broken.Problems[0].Column != "mood" {
		t.Errorf("%v", err)
	}
}
