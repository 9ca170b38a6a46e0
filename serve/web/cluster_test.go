package web

import "testing"

func TestTextsThatEndAlike(t *testing.T) {
	for _, c := range []struct {
		texts []string
		want  string
	}{
		{[]string{"reports in the last 84 days", "files shared in the last 84 days"}, "in the last 84 days"},
		{[]string{"reports in the last 84 days", "files in the last 28 days"}, ""},
		{[]string{"reports"}, ""}, {[]string{"in the last 84 days"}, ""},
		{[]string{"reports in the last 84 days", " in the last 84 days"}, ""},
		{[]string{"logins in in the last 7 days"}, "in the last 7 days"},
	} {
		if got := commonTail(c.texts, "in"); got != c.want {
			t.Errorf("%q: %q", c.texts, got)
		}
	}
}
